import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { exportCsv } from '../backends/list/export-csv.ts'
import { countEntries, exportEntries } from '../backends/list/list.ts'
import type { ListEntry } from '../backends/list/rows.ts'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../config/file-error.ts'
import { OperatorError } from '../config/operator-error.ts'
import { exitCodes } from './config-commands.ts'
import { count } from './list-report.ts'
import type { DataContext, OpenData } from './open-data.ts'

export interface ExportOrder {
  readonly backend: string
  /** Undefined or `-` for standard output. */
  readonly file: string | undefined
  readonly overwrite: boolean
}

/** Writes a list as CSV, or to standard output as JSON where that is asked for. */
export async function exportList(
  { storage }: OpenData,
  io: DataContext,
  order: ExportOrder,
): Promise<number> {
  const { backend, file, overwrite } = order
  const entries = exportEntries(storage, backend)
  if (file !== undefined && file !== '-') {
    await writeLines(file, exportCsv(entries), overwrite)
    const { people, addresses } = await countEntries(storage, backend)
    if (io.json) io.out(JSON.stringify({ backend, file, people, addresses }))
    else
      io.out(
        `${file} holds ${count(people, 'person', 'people')}, ${count(addresses, 'address', 'addresses')}.`,
      )
  } else if (io.json) {
    const all: ListEntry[] = []
    for await (const entry of entries) all.push(entry)
    io.out(JSON.stringify(all))
  } else {
    for await (const line of exportCsv(entries)) io.out(line)
  }
  return exitCodes.fine
}

async function writeLines(file: string, lines: AsyncIterable<string>, overwrite: boolean): Promise<void> {
  async function* text() {
    // Excel takes a file without this mark for Windows-1252.
    yield '\uFEFF'
    for await (const line of lines) yield `${line}\n`
  }
  try {
    await pipeline(
      Readable.from(text()),
      createWriteStream(file, { flags: overwrite ? 'w' : 'wx', mode: 0o600 }),
    )
  } catch (cause) {
    if (systemErrorCode(cause) === undefined) throw cause
    const exists = systemErrorCode(cause) === 'EEXIST'
    throw new OperatorError('output-unwritable', {
      tried: `write ${file}`,
      likelyCause: exists ? 'There is a file of this name.' : explainSystemError(cause, file),
      fix: exists ? 'Choose another name, or add --overwrite.' : systemErrorFix(cause, file, 'write'),
      cause,
    })
  }
}
