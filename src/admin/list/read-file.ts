import { decodeCsv, isWorkbook } from '../../backends/list/csv.ts'
import { readTable, type ListTable } from '../../backends/list/rows.ts'
import { parseUserId } from '../../matrix/identifiers.ts'
import { AdminError } from '../api/errors.ts'

/** The text of a CSV file as spreadsheets save it. @throws AdminError `invalid` for what is no table. */
export function csvTextOf(bytes: Uint8Array): string {
  const text = isWorkbook(bytes) ? null : decodeCsv(bytes)
  if (text !== null) return text
  const message = isWorkbook(bytes) ? 'This is a spreadsheet, not a CSV file.' : 'This is not a text file.'
  const fix = 'Open it in the spreadsheet program and save it with the file type CSV (UTF-8).'
  throw new AdminError('invalid', { problems: [{ path: 'base64', message, fix }] })
}

/** Reads the bytes of a CSV file. @throws AdminError `invalid` for what is no table. */
export const readListFile = (base64: string, options: Parameters<typeof readTable>[1]): ListTable =>
  readTable(csvTextOf(Buffer.from(base64, 'base64')), options)

/** A file of which nothing, or not all, can be read is never a reason to change a list. */
export const isUsable = ({ entries, complete }: ListTable): boolean => entries.length > 0 && complete

/** People of a table on other servers than ours, the most frequent server first. */
export function peopleElsewhere({ entries }: ListTable, domain: string) {
  const servers = Map.groupBy(
    new Set(entries.map(({ mxid }) => mxid)),
    (mxid) => parseUserId(mxid)?.serverName ?? '',
  )
  return [...servers]
    .filter(([server]) => server !== domain)
    .map(([server, people]) => ({ server, people: people.length }))
    .toSorted((one, other) => other.people - one.people)
}
