import { exportRows, plainHeader, toCsv, type PlainTable } from '../../migrate/backup/plain-export.ts'
import type { Storage } from '../../storage/storage.ts'

/** By this mark, spreadsheets know UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

/** All rows of a table, to be saved as a file. */
export async function exportText(
  storage: Pick<Storage, 'db'>,
  table: PlainTable,
  format: 'csv' | 'json',
): Promise<string> {
  const lines: string[] = []
  for await (const row of exportRows(storage, table)) {
    lines.push(format === 'csv' ? toCsv(row) : JSON.stringify(row))
  }
  if (format === 'json') return `[${lines.join(',\n')}]\n`
  return `${BYTE_ORDER_MARK}${[plainHeader(table), ...lines].join('\r\n')}\r\n`
}
