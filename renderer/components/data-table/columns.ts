import type { ReactNode } from 'react'

export interface Column<Row> {
  readonly id: string
  readonly header: string
  readonly cell: (row: Row) => ReactNode
  /** Makes the column sortable in the browser; for lists that are there as a whole. Null sorts last. */
  readonly sortBy?: (row: Row) => string | number | null
  readonly align?: 'start' | 'end'
  /** Of the wide table, as CSS: `8rem`, `30%`. */
  readonly width?: string
  /** Not in the cards of narrow screens. */
  readonly wideOnly?: boolean
}

export interface Sorting {
  readonly column: string
  readonly descending: boolean
}

/** A new array in the wanted order; stable, so that equal rows stay as they were. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | null,
  language: string,
): readonly Row[] {
  const by = columns.find(({ id }) => id === sorting?.column)?.sortBy
  if (by === undefined || sorting === null) return rows
  const collator = new Intl.Collator(language, { numeric: true })
  const sign = sorting.descending ? -1 : 1
  return rows.toSorted((left, right) => {
    const a = by(left)
    const b = by(right)
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return (
      sign * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)))
    )
  })
}

/** Up, then down, then as it came. */
export function nextSorting(current: Sorting | null, column: string): Sorting | null {
  if (current?.column !== column) return { column, descending: false }
  return current.descending ? null : { column, descending: true }
}
