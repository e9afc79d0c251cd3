import { resolve } from 'node:path'
import {
  exportRows,
  plainHeader,
  plainTables,
  toCsv,
  type PlainRow,
  type PlainTable,
} from '../migrate/backup/plain-export.ts'
import { exitCodes } from './config-commands.ts'
import { withData, type DataContext } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'
import { writeLines } from './write-lines.ts'

const usage = `Usage: signpost export associations|invitations [FILE] [--json] [--overwrite]

Writes CSV, or JSON with --json, to FILE or to standard output. There are no keys and tokens in it; what can be restored
is made by "signpost backup".`

/** `signpost export`. */
export async function runExportCommand(args: readonly string[], io: DataContext): Promise<number> {
  try {
    const { values, positionals } = parseWords(args, {
      overwrite: { type: 'boolean' },
      help: { type: 'boolean' },
    })
    const [word, file, ...more] = positionals
    const table = plainTables.find((name) => name === word)
    if (values.help === true || table === undefined || more.length > 0) throw new UsageError(usage)
    await withData(io, async ({ storage }) => {
      const lines = io.json ? asJson(exportRows(storage, table)) : asCsv(table, exportRows(storage, table))
      if (file !== undefined && file !== '-')
        await writeLines(resolve(file), lines, { overwrite: values.overwrite === true, mark: !io.json })
      else for await (const line of lines) io.out(line)
    })
    return exitCodes.fine
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.err(error.message)
    return exitCodes.usage
  }
}

async function* asCsv(table: PlainTable, rows: AsyncIterable<PlainRow>): AsyncGenerator<string> {
  yield plainHeader(table)
  for await (const row of rows) yield toCsv(row)
}

/** One array, a row on each line. */
async function* asJson(rows: AsyncIterable<PlainRow>): AsyncGenerator<string> {
  let before = '['
  for await (const row of rows) {
    yield before + JSON.stringify(row)
    before = ','
  }
  yield before === '[' ? '[]' : ']'
}
