import { exportCsv } from '../backends/list/export-csv.ts'
import { countEntries, exportEntries } from '../backends/list/list.ts'
import type { ListEntry } from '../backends/list/rows.ts'
import { exitCodes } from './config-commands.ts'
import { count } from './list-report.ts'
import type { DataContext, OpenData } from './open-data.ts'
import { writeLines } from './write-lines.ts'

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
    await writeLines(file, exportCsv(entries), { overwrite, mark: true })
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
