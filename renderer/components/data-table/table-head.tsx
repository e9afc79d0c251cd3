import { Checkbox, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import { useText } from '../../texts/use-text.tsx'
import type { Column, Sorting } from './columns.ts'
import classes from './data-table.module.css'

export interface TableHeadProps<Row> {
  readonly columns: readonly Column<Row>[]
  readonly sorting: Sorting | null
  readonly onSort: (column: string) => void
  /** Null: rows cannot be chosen. */
  readonly allChosen: boolean | 'some' | null
  readonly onChooseAll: () => void
}

export function TableHead<Row>({ columns, sorting, onSort, allChosen, onChooseAll }: TableHeadProps<Row>) {
  const t = useText('common')
  return (
    <thead className={classes.head} role="rowgroup">
      <tr role="row" aria-rowindex={1}>
        {allChosen !== null && (
          <th className={classes.choice} role="columnheader" scope="col">
            <Checkbox
              aria-label={t('chooseAll')}
              checked={allChosen === true}
              indeterminate={allChosen === 'some'}
              onChange={onChooseAll}
            />
          </th>
        )}
        {columns.map((column) => {
          const sorted = sorting?.column === column.id ? sorting : null
          return (
            <th
              key={column.id}
              role="columnheader"
              scope="col"
              data-align={column.align}
              style={{ width: column.width }}
              aria-sort={sorted === null ? undefined : sorted.descending ? 'descending' : 'ascending'}
            >
              {column.sortBy === undefined ? (
                column.header
              ) : (
                <UnstyledButton
                  className={classes.sort}
                  title={t('sortBy', { column: column.header })}
                  onClick={() => onSort(column.id)}
                >
                  {column.header}
                  <SortIcon sorted={sorted} />
                </UnstyledButton>
              )}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

function SortIcon({ sorted }: { readonly sorted: Sorting | null }) {
  const Icon = sorted === null ? IconArrowsSort : sorted.descending ? IconArrowDown : IconArrowUp
  return <Icon size={14} aria-hidden className={sorted === null ? classes.unsorted : undefined} />
}
