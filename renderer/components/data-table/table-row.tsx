import { Checkbox, UnstyledButton } from '@mantine/core'
import type { MouseEvent, Ref } from 'react'
import { useText } from '../../texts/use-text.tsx'
import type { Column } from './columns.ts'
import classes from './data-table.module.css'

export interface TableRowProps<Row> {
  readonly row: Row
  readonly name: string
  readonly columns: readonly Column<Row>[]
  /** Of the whole list, beginning with 0. */
  readonly index: number
  readonly measure: Ref<HTMLTableRowElement>
  readonly onOpen: ((row: Row) => void) | undefined
  /** Null: rows cannot be chosen. */
  readonly chosen: boolean | null
  readonly onChoose: () => void
}

export function TableRow<Row>(props: TableRowProps<Row>) {
  const t = useText('common')
  const { row, columns, index, measure, onOpen, chosen } = props
  // A click anywhere opens the row, but not one on a control of its own; by key the first cell is a button.
  const openByClick = (event: MouseEvent) => {
    const onControl =
      event.target instanceof Element && event.target.closest('button, a, input, label') !== null
    if (!onControl) onOpen?.(row)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the first cell is the same as a button
    <tr
      ref={measure}
      data-index={index}
      className={classes.row}
      data-opens={onOpen !== undefined || undefined}
      data-chosen={chosen === true || undefined}
      role="row"
      aria-rowindex={index + 2}
      onClick={onOpen === undefined ? undefined : openByClick}
    >
      {chosen !== null && (
        <td className={classes.choice} role="cell">
          <Checkbox
            aria-label={t('choose', { row: props.name })}
            checked={chosen}
            onChange={props.onChoose}
          />
        </td>
      )}
      {columns.map((column, position) => (
        <td
          key={column.id}
          role="cell"
          data-align={column.align}
          data-label={column.header}
          data-first={position === 0 || undefined}
          data-wide-only={column.wideOnly === true || undefined}
        >
          {position === 0 && onOpen !== undefined ? (
            <UnstyledButton className={classes.open} onClick={() => onOpen(row)}>
              {column.cell(row)}
            </UnstyledButton>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  )
}
