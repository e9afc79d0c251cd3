import { maskAddress } from '../activity/masking.ts'
import { countEntries, exportEntries, removeEntries } from '../backends/list/list.ts'
import type { Config } from '../config/schema.ts'
import { nearest } from '../config/suggest.ts'
import { readAddressArgument, readCountry } from './address-argument.ts'
import { exitCodes } from './config-commands.ts'
import { exportList } from './list-export.ts'
import { importList } from './list-import.ts'
import { count } from './list-report.ts'
import { withData, type DataContext, type OpenData } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost list COMMAND [--backend ID] [--data DIR] [--json]',
  '',
  '  import FILE        take over the rows of a CSV file (- for standard input)',
  '    --dry-run        only say what would happen',
  '    --replace        also remove the addresses that are not in the file',
  '    --country DE     where phone numbers without country code are dialled',
  '    --skip-bad-rows  leave out rows that cannot be used, store the rest',
  '  export [FILE]      write all rows as CSV; --overwrite an existing file',
  '  show               how many there are, and the first ones',
  '  remove ADDRESS     remove one address',
  '',
  '  --full             show addresses in full (import, show)',
]

const optionTypes = {
  backend: { type: 'string' },
  country: { type: 'string' },
  replace: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  'skip-bad-rows': { type: 'boolean', default: false },
  full: { type: 'boolean', default: false },
  overwrite: { type: 'boolean', default: false },
} as const

type Values = ReturnType<typeof parseWords<typeof optionTypes>>['values']
type Action = (data: OpenData, io: DataContext, backend: string) => Promise<number>

interface ListCommand {
  /** Options beside `--backend`. */
  readonly options: readonly (keyof typeof optionTypes)[]
  /** Throws `UsageError`. Everything that the command line says is read before the database is opened. */
  read(words: readonly string[], values: Values): Action
}

const commands: Readonly<Record<string, ListCommand>> = {
  import: { options: ['country', 'replace', 'dry-run', 'skip-bad-rows', 'full'], read: readImport },
  export: { options: ['overwrite'], read: readExport },
  show: { options: ['full'], read: readShow },
  remove: { options: ['country'], read: readRemove },
}

/** `signpost list ...`; `args` are the words after `list`. Throws `OperatorError`. */
export async function runListCommand(args: readonly string[], io: DataContext): Promise<number> {
  if (args.includes('--help') || args[0] === 'help') {
    for (const line of usage) io.out(line)
    return exitCodes.fine
  }
  try {
    const { action, backend } = readCommandLine(args)
    return await withData(io, (data) => action(data, io, chooseBackend(data.config, backend)))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) io.err(line)
    return exitCodes.usage
  }
}

function readCommandLine(args: readonly string[]): { action: Action; backend: string | undefined } {
  const { values, positionals } = parseWords(args, optionTypes)
  const [name, ...words] = positionals
  if (name === undefined) throw new UsageError('"list" needs to know what to do.')
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    const meant = nearest(name, Object.keys(commands))
    const suggestion = meant === undefined ? '' : ` Did you mean "list ${meant}"?`
    throw new UsageError(`There is no command "list ${name}".${suggestion}`)
  }
  const known: readonly string[] = ['backend', ...command.options]
  const set = Object.entries(values).filter(([, value]) => value !== false && value !== undefined)
  const foreign = set.find(([option]) => !known.includes(option))
  if (foreign !== undefined) throw new UsageError(`"list ${name}" does not know --${foreign[0]}.`)
  return { action: command.read(words, values), backend: values.backend }
}

function chooseBackend({ backends }: Config, wanted: string | undefined): string {
  const ids = backends.filter(({ type }) => type === 'list').map(({ id }) => id)
  const [only] = ids
  if (only === undefined) {
    throw new UsageError('signpost.yaml has no list. Add one: "backends: [{ id: list, type: list }]"')
  }
  if (wanted === undefined) {
    if (ids.length === 1) return only
    throw new UsageError(`There are several lists. Name one with --backend: ${ids.join(', ')}`)
  }
  if (ids.includes(wanted)) return wanted
  throw new UsageError(`signpost.yaml has no list "${wanted}". There is: ${ids.join(', ')}`)
}

function readImport(words: readonly string[], values: Values): Action {
  const [file, ...rest] = words
  if (file === undefined || rest.length > 0)
    throw new UsageError('"list import" needs one file, or - to read its input.')
  const order = {
    file,
    replace: values.replace,
    dryRun: values['dry-run'],
    skipBadRows: values['skip-bad-rows'],
    full: values.full,
    country: readCountry(values.country),
  }
  return (data, io, backend) => importList(data, io, { ...order, backend })
}

function readExport(words: readonly string[], { overwrite }: Values): Action {
  const [file, ...rest] = words
  if (rest.length > 0) throw new UsageError('"list export" takes one file.')
  return (data, io, backend) => exportList(data, io, { file, overwrite, backend })
}

const SHOWN = 10

function readShow(words: readonly string[], { full }: Values): Action {
  if (words.length > 0) throw new UsageError(`"list show" does not know "${words[0]}".`)
  return async ({ storage }, io, backend) => {
    const { people, addresses } = await countEntries(storage, backend)
    const first = []
    for await (const entry of exportEntries(storage, backend)) {
      if (first.length === SHOWN) break
      first.push({ ...entry, address: full ? entry.address : maskAddress(entry.address) })
    }
    if (io.json) io.out(JSON.stringify({ backend, people, addresses, first }))
    else {
      io.out(
        `"${backend}" holds ${count(people, 'person', 'people')}, ${count(addresses, 'address', 'addresses')}.`,
      )
      const width = Math.max(0, ...first.map(({ address }) => address.length))
      for (const { address, mxid, displayName } of first) {
        io.out(`  ${address.padEnd(width)}  ${mxid}${displayName === null ? '' : `  ${displayName}`}`)
      }
      if (addresses > first.length)
        io.out(`  and ${addresses - first.length} more (all of them: signpost list export)`)
    }
    return exitCodes.fine
  }
}

function readRemove(words: readonly string[], values: Values): Action {
  const address = readAddressArgument(words, readCountry(values.country))
  return async ({ storage }, io, backend) => {
    const removed = await removeEntries(storage, backend, [address])
    if (io.json) io.out(JSON.stringify({ backend, removed }))
    else io.out(removed === 0 ? `"${backend}" does not hold this address.` : `Removed from "${backend}".`)
    return removed === 0 ? exitCodes.notFound : exitCodes.fine
  }
}
