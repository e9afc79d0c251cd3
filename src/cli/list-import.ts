import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { decodeCsv, isWorkbook } from '../backends/list/csv.ts'
import { importEntries, previewImport, type ImportResult } from '../backends/list/list.ts'
import { readTable, type ListTable } from '../backends/list/rows.ts'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../config/file-error.ts'
import { OperatorError } from '../config/operator-error.ts'
import { exitCodes } from './config-commands.ts'
import { describeResult, describeTable, problemAsJson } from './list-report.ts'
import type { DataContext, OpenData } from './open-data.ts'

export interface ImportOrder {
  /** `-` for standard input. */
  readonly file: string
  readonly backend: string
  readonly replace: boolean
  readonly dryRun: boolean
  readonly skipBadRows: boolean
  /** Show addresses of bad rows as they are. */
  readonly full: boolean
  readonly country: string
}

/** Takes a CSV file over into a list. Stores nothing when the file has problems, unless these rows are to be skipped. */
export async function importList(data: OpenData, io: DataContext, order: ImportOrder): Promise<number> {
  const table = readTable(await readText(io, order.file), {
    domain: data.config.matrix.domain,
    country: order.country,
  })
  // A file of which nothing, or not all, can be read is never a reason to empty a list.
  const readable = table.entries.length > 0 && table.complete
  const refused = !readable || (table.problems.length > 0 && !order.skipBadRows)
  const stored = !refused && !order.dryRun
  const result = refused ? null : await run(data, order, table)
  if (io.json) {
    const people = new Set(table.entries.map(({ mxid }) => mxid)).size
    const { entries, problems, ignoredColumns } = table
    const shown = problems.map((problem) => problemAsJson(problem, order.full))
    const counts = { people, addresses: entries.length, ...result }
    io.out(JSON.stringify({ backend: order.backend, stored, ...counts, ignoredColumns, problems: shown }))
  } else {
    report(io, order, table, result, data.config.matrix.domain)
  }
  return refused ? exitCodes.configuration : exitCodes.fine
}

function run(
  { storage, runtime }: OpenData,
  order: ImportOrder,
  { entries }: ListTable,
): Promise<ImportResult> {
  const mode = order.replace ? 'replace' : 'add'
  return order.dryRun
    ? previewImport(storage, order.backend, entries, mode)
    : importEntries(storage, runtime, order.backend, entries, mode)
}

function report(
  io: DataContext,
  order: ImportOrder,
  table: ListTable,
  result: ImportResult | null,
  domain: string,
): void {
  const { facts, problems } = describeTable(table, domain, order)
  for (const line of facts) io.out(line)
  for (const line of problems) io.err(line)
  if (result !== null) {
    io.out(describeResult(result, order))
    return
  }
  io.err('')
  io.err(`Nothing was stored. ${adviceFor(table)}`)
}

function adviceFor({ entries, complete }: ListTable): string {
  if (entries.length === 0) return 'No row of the file can be used.'
  return complete ? 'Correct the file, or add --skip-bad-rows to store all the rest.' : 'Correct the file.'
}

async function readText(io: DataContext, file: string): Promise<string> {
  const bytes = await (file === '-' ? buffer(io.input ?? process.stdin) : readInput(file))
  const text = isWorkbook(bytes) ? null : decodeCsv(bytes)
  if (text !== null) return text
  throw new OperatorError('input-unreadable', {
    tried: `read ${nameOf(file)}`,
    likelyCause: isWorkbook(bytes) ? 'It is a spreadsheet, not a CSV file.' : 'It is not a text file.',
    fix: 'Open it in the spreadsheet program, choose "Save as" and the file type CSV (UTF-8), and import that file.',
  })
}

const nameOf = (file: string) => (file === '-' ? 'standard input' : file)

async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new OperatorError('input-unreadable', {
      tried: `read ${file}`,
      likelyCause: explainSystemError(cause, file),
      fix:
        systemErrorCode(cause) === 'ENOENT'
          ? 'Check the name of the file and the folder you are in.'
          : systemErrorFix(cause, file, 'read'),
      cause,
    })
  }
}
