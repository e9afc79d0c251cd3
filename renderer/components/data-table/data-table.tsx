import { Button, Group, Text } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState, type ReactNode } from 'react'
import { useLanguage, useText } from '../../texts/use-text.tsx'
import { nextSorting, sortRows, type Column, type Sorting } from './columns.ts'
import classes from './data-table.module.css'
import { TableHead } from './table-head.tsx'
import { TableRow } from './table-row.tsx'

/** Which rows are chosen, by key. */
export interface Choice {
  readonly keys: ReadonlySet<string>
  readonly onChange: (keys: ReadonlySet<string>) => void
}

/** The rest of a list that comes page by page; fits what `useApiPages` returns. */
export interface MoreRows {
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly fetchNextPage: () => unknown
}

export interface DataTableProps<Row> {
  /** What the rows are, for screen readers. */
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly rowKey: (row: Row) => string
  /** A row in words; default: its key. */
  readonly rowName?: (row: Row) => string
  /** Opens the details; by key the first cell is a button. */
  readonly onOpen?: (row: Row) => void
  readonly choice?: Choice
  readonly more?: MoreRows
  readonly firstSorting?: Sorting
  /** In place of rows when there are none: an `EmptyState` that names the cause. */
  readonly empty: ReactNode
}

/** Of a row of one line. A good guess spares the list another look at each row. */
const guessedRowHeight = 47

/**
 * A table on wide screens, cards on narrow ones. Only the rows near the window are in the document, so that 10,000 of
 * them scroll smoothly; screen readers are told the true count and position.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, columns, rowKey, choice, more, onOpen } = props
  const [language] = useLanguage()
  const [sorting, setSorting] = useState(props.firstSorting ?? null)
  const sorted = useMemo(() => sortRows(rows, columns, sorting, language), [rows, columns, sorting, language])
  const box = useRef<HTMLDivElement>(null)
  const virtual = useWindowVirtualizer({
    count: sorted.length,
    estimateSize: () => guessedRowHeight,
    overscan: 12,
    scrollMargin: box.current?.offsetTop ?? 0,
    getItemKey: (index) => keyAt(sorted, index, rowKey),
  })
  if (rows.length === 0) return props.empty
  const items = virtual.getVirtualItems()
  const margin = virtual.options.scrollMargin
  const before = (items[0]?.start ?? margin) - margin
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin)
  const allChosen = chosenOf(rows, choice, rowKey)
  return (
    <div ref={box} className={classes.box}>
      <table
        className={classes.table}
        role="table"
        aria-label={props.label}
        aria-rowcount={more?.hasNextPage === true ? -1 : rows.length + 1}
      >
        <TableHead
          columns={columns}
          sorting={sorting}
          onSort={(column) => setSorting(nextSorting(sorting, column))}
          allChosen={allChosen}
          onChooseAll={() => choice?.onChange(new Set(allChosen === true ? [] : rows.map(rowKey)))}
        />
        <tbody role="rowgroup">
          <Gap height={before} />
          {items.map(({ index, key }) => {
            const row = sorted[index]
            if (row === undefined) return null
            const id = rowKey(row)
            return (
              <TableRow
                key={String(key)}
                row={row}
                name={props.rowName?.(row) ?? id}
                columns={columns}
                index={index}
                measure={virtual.measureElement}
                onOpen={onOpen}
                chosen={choice === undefined ? null : choice.keys.has(id)}
                onChoose={() => choice?.onChange(toggled(choice.keys, id))}
              />
            )
          })}
          <Gap height={after} />
        </tbody>
      </table>
      <TableFoot count={rows.length} more={more} />
    </div>
  )
}

function TableFoot({ count, more }: { readonly count: number; readonly more: MoreRows | undefined }) {
  const t = useText('common')
  const unfinished = more?.hasNextPage === true
  return (
    <Group className={classes.foot} justify="space-between">
      <Text size="sm" c="dimmed" role="status">
        {t(unfinished ? 'rowsSoFar' : 'rows', { count })}
      </Text>
      {unfinished && (
        <Button
          variant="default"
          size="xs"
          loading={more.isFetchingNextPage}
          onClick={() => more.fetchNextPage()}
        >
          {t('loadMore')}
        </Button>
      )}
    </Group>
  )
}

/** How many of the rows are chosen; null when none can be. */
function chosenOf<Row>(
  rows: readonly Row[],
  choice: Choice | undefined,
  rowKey: (row: Row) => string,
): boolean | 'some' | null {
  if (choice === undefined) return null
  const count = rows.filter((row) => choice.keys.has(rowKey(row))).length
  if (count === rows.length) return true
  return count > 0 ? 'some' : false
}

/** In the place of the rows that are not in the document. */
function Gap({ height }: { readonly height: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden className={classes.gap}>
      <td style={{ height }} />
    </tr>
  )
}

function keyAt<Row>(rows: readonly Row[], index: number, rowKey: (row: Row) => string): string | number {
  const row = rows[index]
  return row === undefined ? index : rowKey(row)
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys)
  if (!next.delete(key)) next.add(key)
  return next
}
