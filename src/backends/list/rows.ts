import type { Medium, ThreePid } from '../../matrix/threepid.ts'
import { readAddress, readMatrixId, readMedium } from '../cells.ts'
import { readHeader, type Column, type ColumnKind } from './columns.ts'
import { parseCsv, unguardCell, type CsvRow } from './csv.ts'

/** A row of the list: one address of one person. */
export interface ListEntry extends ThreePid {
  readonly mxid: string
  readonly displayName: string | null
}

/** Why a row, or one address of it, was left out. */
export interface RowProblem {
  readonly line: number
  /** The title of the column; null when the whole row or file is meant. */
  readonly column: string | null
  /** The cell as it stands in the file, often an address: mask it before it is shown. */
  readonly value: string | null
  /** A predicate of the value ("is not an e-mail address"); a sentence where there is no value. */
  readonly message: string
  /** What to write, as a sentence. */
  readonly fix: string
}

export interface ListTable {
  /** Each address once. */
  readonly entries: readonly ListEntry[]
  /** In the order of the file. */
  readonly problems: readonly RowProblem[]
  /** Titles of columns that were not used. */
  readonly ignoredColumns: readonly string[]
  /** False when the rows below a broken place could not be read. */
  readonly complete: boolean
}

export interface ReadOptions {
  /** The Matrix domain, for cells that hold a localpart only. */
  readonly domain: string
  /** Two letters: where phone numbers without a country code are dialled. */
  readonly country?: string
}

/** Reads a table with a header row (see `columns.ts` for the titles) into entries. Never throws for what is in it. */
export function readTable(text: string, options: ReadOptions): ListTable {
  const { rows, brokenLine } = parseCsv(text)
  const [header, ...body] = rows
  const { columns, ignored } = readHeader(header?.cells ?? [])
  const problems: RowProblem[] = [...headerProblems(header, columns)]
  const known = new Map<string, { readonly entry: ListEntry; readonly line: number }>()
  if (problems.length === 0) {
    for (const row of body) {
      const read = readRow(row, columns, header?.cells.length ?? 0, options)
      problems.push(...read.problems)
      for (const found of read.found) {
        const problem = addEntry(known, row.line, found)
        if (problem !== null) problems.push(problem)
      }
    }
    if (body.length === 0 && brokenLine === null) {
      problems.push(
        whole(header?.line ?? 1, 'There are no rows below the header.', 'Add one row for each person.'),
      )
    }
  }
  if (brokenLine !== null) {
    const fix = 'Close it, or write a quotation mark that belongs to the text twice.'
    problems.push(whole(brokenLine, 'A quotation mark (") is opened here and never closed.', fix))
  }
  const entries = [...known.values()].map(({ entry }) => entry)
  return { entries, problems, ignoredColumns: ignored, complete: brokenLine === null }
}

const whole = (line: number, message: string, fix: string): RowProblem => ({
  line,
  column: null,
  value: null,
  message,
  fix,
})

function* headerProblems(header: CsvRow | undefined, columns: readonly Column[]): Iterable<RowProblem> {
  const line = header?.line ?? 1
  const users = columns.filter(({ kind }) => kind === 'mxid' || kind === 'user')
  if (header === undefined) {
    yield whole(line, 'The file is empty.', 'Write a header first: email,phone,mxid,name')
    return
  }
  if (users.length === 0) {
    yield whole(
      line,
      'No column holds Matrix IDs.',
      'Name one column "mxid" in the first row: email,mxid,name',
    )
  }
  if (users.length > 1) {
    const names = users.map(({ title }) => `"${title}"`).join(' and ')
    yield whole(line, `${names} could both hold the Matrix IDs.`, 'Rename the one that does to "mxid".')
  }
  if (!columns.some(isAddressColumn)) {
    const fix = 'Name one column "email" or "phone" in the first row: email,mxid,name'
    yield whole(line, 'No column holds e-mail addresses or phone numbers.', fix)
  }
}

const isAddressColumn = ({ kind }: Column) => kind === 'address' || kind === 'email' || kind === 'phone'

interface Found {
  readonly column: Column
  readonly cell: string
  readonly entry: ListEntry
}

interface ReadRow {
  readonly found: readonly Found[]
  readonly problems: readonly RowProblem[]
}

function readRow(row: CsvRow, columns: readonly Column[], width: number, options: ReadOptions): ReadRow {
  const { line } = row
  const refuse = (message: string, fix: string) => ({ found: [], problems: [whole(line, message, fix)] })
  if (row.cells.slice(width).some((cell) => cell.trim() !== '')) {
    return refuse(
      'The row has more cells than the header.',
      'Put quotation marks around values with a separator.',
    )
  }
  const cellOf = (column: Column) => unguardCell((row.cells[column.index] ?? '').trim())
  const user = columns.find(({ kind }) => kind === 'mxid' || kind === 'user')
  if (user === undefined || cellOf(user) === '')
    return refuse('The row has no Matrix ID.', 'Add it, or delete the row.')
  const mxid = readMatrixId(cellOf(user), options.domain)
  if (!mxid.ok) {
    const { message, fix } = mxid
    return { found: [], problems: [{ line, column: user.title, value: cellOf(user), message, fix }] }
  }
  const filled = columns.filter((column) => isAddressColumn(column) && cellOf(column) !== '')
  if (filled.length === 0) {
    return refuse('The row has neither an e-mail address nor a phone number.', 'Add one, or delete the row.')
  }
  const displayName = nameOf(row, columns)
  const stated = columns.find(({ kind }) => kind === 'medium')
  const found: Found[] = []
  const problems: RowProblem[] = []
  for (const column of filled) {
    const cell = cellOf(column)
    const mediumCell = stated === undefined ? '' : cellOf(stated)
    const medium = mediumOf(column, cell, mediumCell)
    if (medium === null) {
      const fix = 'Write email or msisdn, or leave it empty.'
      problems.push({
        line,
        column: stated?.title ?? null,
        value: mediumCell,
        message: 'is not a medium',
        fix,
      })
      continue
    }
    const international = column.international || (column.kind === 'address' && mediumCell !== '')
    const address = readAddress(medium, cell, options.country ?? '', international)
    if (address.ok)
      found.push({ column, cell, entry: { medium, address: address.value, mxid: mxid.value, displayName } })
    else
      problems.push({ line, column: column.title, value: cell, message: address.message, fix: address.fix })
  }
  return { found, problems }
}

function mediumOf(column: Column, cell: string, stated: string): Medium | null {
  if (column.kind === 'email') return 'email'
  if (column.kind === 'phone') return 'msisdn'
  if (stated !== '') return readMedium(stated)
  // Nearly every letter is a slip in an e-mail address rather than in a number.
  return /[@\p{L}]/u.test(cell) && !/^\d[.,\d]*E/i.test(cell) ? 'email' : 'msisdn'
}

/** A display name, or one put together from its parts (`Name` beside `Vorname` is the family name). */
function nameOf({ cells }: CsvRow, columns: readonly Column[]): string | null {
  const text = (kind: ColumnKind) => {
    const column = columns.find((each) => each.kind === kind)
    return (column === undefined ? '' : (cells[column.index] ?? '')).replaceAll(/\s+/g, ' ').trim()
  }
  const [name, given, family] = [text('name'), text('given'), text('family')]
  if (name !== '' && (given === '' || family !== '' || name.includes(given))) return unguardCell(name)
  const parts = [given, family === '' ? name : family].filter((part) => part !== '')
  return parts.length === 0 ? null : unguardCell(parts.join(' '))
}

/** The first row that names an address keeps it. */
function addEntry(
  known: Map<string, { readonly entry: ListEntry; readonly line: number }>,
  line: number,
  { column, cell, entry }: Found,
): RowProblem | null {
  const key = `${entry.medium} ${entry.address}`
  const first = known.get(key)
  if (first === undefined) known.set(key, { entry, line })
  if (first === undefined || first.entry.mxid === entry.mxid) return null
  return {
    line,
    column: column.title,
    value: cell,
    message: `already belongs to ${first.entry.mxid} (line ${first.line})`,
    fix: 'An address leads to one person: delete one of the two rows.',
  }
}
