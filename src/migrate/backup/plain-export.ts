import { formatCsvRow, guardCell } from '../../backends/list/csv.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Table } from './tables/describe-tables.ts'
import { readRows } from './tables/read-rows.ts'

/*
 * Rows for other programs and for people. They hold no token and no key: nobody can act with them, and nothing can be
 * restored from them. That is what backups are for.
 */

type Cell = string | number | null
export type PlainRow = Readonly<Record<string, Cell>>

const tables = {
  associations: {
    key: ['medium', 'address'],
    columns: ['medium', 'address', 'mxid', 'bound_at', 'not_before', 'not_after'],
  },
  invitations: {
    key: ['id'],
    columns: [
      ...[
        'id',
        'state',
        'medium',
        'address',
        'room_id',
        'sender',
        'created_at',
        'expires_at',
        'last_mailed_at',
      ],
      ...['resolved_mxid', 'resolved_source', 'resolved_at', 'delivered_at', 'wait_reason'],
    ],
  },
} as const

export type PlainTable = keyof typeof tables
export const plainTables = Object.keys(tables) as readonly PlainTable[]

/** Milliseconds since the epoch. */
const isTime = (column: string) => /_at$|^not_(before|after)$/.test(column)

/** The rows of a table, with a page of them in memory at a time. Times are ISO 8601. */
export async function* exportRows({ db }: Pick<Storage, 'db'>, name: PlainTable): AsyncGenerator<PlainRow> {
  const { key, columns } = tables[name]
  const table: Table = {
    ...{ name, key, references: [], serial: null },
    columns: columns.map((column) => ({ name: column, type: '' })),
  }
  for await (const { text } of readRows(db, table)) {
    for (const line of text.split('\n').slice(0, -1)) yield toRow(columns, line)
  }
}

function toRow(columns: readonly string[], line: string): PlainRow {
  const cells = JSON.parse(line) as readonly Cell[]
  return Object.fromEntries(
    columns.map((column, index) => {
      const cell = cells[index] ?? null
      return [column, isTime(column) && typeof cell === 'number' ? toIso(cell) : cell]
    }),
  )
}

/** Far beyond the year 9999 a number says more than a date that no spreadsheet reads. */
function toIso(time: number): Cell {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : time
}

export const plainHeader = (name: PlainTable) => formatCsvRow([...tables[name].columns])

/** A Matrix ID begins with @ and yet is no formula; other programs want it as it is. */
const isMatrixId = (column: string) => /mxid$|^sender$/.test(column)

/** One line of CSV. Texts that a spreadsheet would take for a formula are guarded. */
export function toCsv(row: PlainRow): string {
  const cells = Object.entries(row).map(([column, cell]) =>
    typeof cell === 'string' && !isMatrixId(column) ? guardCell(cell) : String(cell ?? ''),
  )
  return formatCsvRow(cells)
}
