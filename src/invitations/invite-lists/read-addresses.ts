import { parseCsv } from '../../backends/list/csv.ts'
import { canonicalEmail } from '../../matrix/threepid.ts'

/** A row of the file; `address` is canonical, null where the row has none. */
export interface ReadRow {
  /** Counted from 1. */
  readonly line: number
  readonly address: string | null
  /** What stands there, for rows without an address. */
  readonly text: string
}

/** The first e-mail address of every row, wherever it stands; a first row without one is the header. */
export function readAddresses(csv: string): readonly ReadRow[] {
  const rows = parseCsv(csv).rows.map(({ line, cells }) => ({
    line,
    address: cells.map(addressIn).find((address) => address !== null) ?? null,
    text: cells.join(', ').slice(0, 80),
  }))
  const [first, ...rest] = rows
  return first !== undefined && first.address === null && rest.length > 0 ? rest : rows
}

/** Also `Anna Doe <anna@example.org>`, as mail programs copy it. */
function addressIn(cell: string): string | null {
  const inside = /<([^<>]+)>\s*$/.exec(cell)?.[1] ?? cell
  return inside.includes('@') ? canonicalEmail(inside.trim()) : null
}
