import { loadConfig } from '../config/load.ts'
import { nearest } from '../config/suggest.ts'
import { planImport, type ImportPlan, type ImportProgress } from '../migrate/import/plan.ts'
import { runImport, type ImportResult } from '../migrate/import/run.ts'
import { sourceKinds, type ImportSource, type SourceKind } from '../migrate/import/source.ts'
import { storageOptionsOf } from '../storage-options.ts'
import { openStorage, type Storage } from '../storage/storage.ts'
import { commandRuntime } from './command-runtime.ts'
import { exitCodes } from './config-commands.ts'
import { runCompare } from './import-compare.ts'
import { describePlan, describeProgress, describeResult } from './import-report.ts'
import { openExisting } from './import-storage.ts'
import { secretsOf, type DataContext } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost import ma1sd|mxisd|sydent PATH [--apply] [--data DIR] [--json]',
  '       signpost import compare [--all] [--data DIR] [--json]',
  '',
  '  PATH               its configuration file, or the folder that holds it; nothing there is changed',
  '    --apply          do it; without it, a report says what would happen (--dry-run)',
  '    --database URL   its database: a file, or postgres://USER:PASSWORD@HOST/DATABASE',
  '    --keys PATH      the key store of mxisd or ma1sd',
  '    --domain NAME    server name of the homeserver, which Sydent does not know',
  '    --without-keys   take over no signing key (invitations in rooms break)',
  '    --replace-settings  let its values win over those in signpost.yaml',
  '    --only PART      keys, data or settings',
  '    --full           every odd row, not the first few',
  '',
  '  compare            where this server and the old one answer differently (migration.compareWith)',
  '    --all            ask both for everything that is known here, now',
  '',
  'Stop Signpost before --apply. docs/take-over.md tells the whole way, and the way back.',
]

const optionTypes = {
  apply: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  database: { type: 'string' },
  keys: { type: 'string' },
  domain: { type: 'string' },
  'without-keys': { type: 'boolean', default: false },
  'replace-settings': { type: 'boolean', default: false },
  only: { type: 'string' },
  full: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
} as const

type Values = ReturnType<typeof parseWords<typeof optionTypes>>['values']

/** `signpost import ...`; `args` are the words after `import`. Throws `OperatorError`. */
export async function runImportCommand(args: readonly string[], io: DataContext): Promise<number> {
  if (args.includes('--help') || args[0] === 'help') {
    for (const line of usage) io.out(line)
    return exitCodes.fine
  }
  try {
    const { values, positionals } = parseWords(args, optionTypes)
    if (positionals[0] === 'compare') return await runCompare(io, { all: values.all, full: values.full })
    const source = readSource(positionals, values)
    const choices = { replaceSettings: values['replace-settings'], without: readParts(values.only) }
    return values.apply
      ? await apply(io, source, choices, values.full)
      : await preview(io, source, choices, values.full)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) io.err(line)
    return exitCodes.usage
  }
}

function readSource([kind, path, ...rest]: readonly string[], values: Values): ImportSource {
  if (kind === undefined) throw new UsageError('"import" needs to know from what.')
  if (!isKind(kind)) {
    const meant = nearest(kind, [...sourceKinds, 'compare'])
    const suggestion = meant === undefined ? '' : ` Did you mean "${meant}"?`
    throw new UsageError(`There is no "import ${kind}".${suggestion}`)
  }
  if (path === undefined || rest.length > 0)
    throw new UsageError(`"import ${kind}" needs one path: its configuration file.`)
  if (values.apply && values['dry-run']) throw new UsageError('--apply and --dry-run exclude each other.')
  return {
    kind,
    path,
    withoutKeys: values['without-keys'],
    ...(values.database === undefined ? {} : { database: values.database }),
    ...(values.keys === undefined ? {} : { keys: values.keys }),
    ...(values.domain === undefined ? {} : { domain: values.domain }),
  }
}

const isKind = (text: string): text is SourceKind => (sourceKinds as readonly string[]).includes(text)

function readParts(only: string | undefined) {
  const parts = ['keys', 'data', 'settings'] as const
  if (only === undefined) return []
  if (!parts.some((part) => part === only)) throw new UsageError('--only takes keys, data or settings.')
  return parts.filter((part) => part !== only)
}

type Choices = ImportPlan['choices']

async function preview(
  io: DataContext,
  source: ImportSource,
  choices: Choices,
  full: boolean,
): Promise<number> {
  const runtime = commandRuntime()
  const storage = await openExisting(io, runtime)
  try {
    const world = { dataDir: io.dataDir, runtime, storage }
    const plan = await planImport(source, world, choices, teller(io))
    if (io.json) io.out(JSON.stringify({ applied: false, ...withoutSecrets(plan) }))
    else for (const line of describePlan(plan, full)) io.out(line)
    return exitCodes.fine
  } finally {
    await storage?.close()
  }
}

/** Signpost has to stand still: it reads keys at its start only, and two processes would have two of them. */
async function apply(
  io: DataContext,
  source: ImportSource,
  choices: Choices,
  full: boolean,
): Promise<number> {
  const runtime = commandRuntime()
  const { config } = await loadConfig(io.dataDir)
  const options = await storageOptionsOf(config, io.dataDir, secretsOf(io, runtime))
  const storage: Storage = await openStorage(options, runtime)
  try {
    const world = { dataDir: io.dataDir, runtime, storage }
    const plan = await planImport(source, world, { ...choices, without: ['data'] })
    const result = await follow(io, { ...plan, choices }, world)
    if (io.json) io.out(JSON.stringify({ applied: true, ...result }))
    else for (const line of describeResult(plan, result, full)) io.out(line)
    return exitCodes.fine
  } finally {
    await storage.close()
  }
}

async function follow(
  io: DataContext,
  plan: ImportPlan,
  world: Parameters<typeof runImport>[1],
): Promise<ImportResult> {
  const tell = teller(io)
  for await (const event of runImport(plan, world)) {
    if (event.type === 'done') return event.result
    tell(event)
  }
  throw new Error('an import ended without a result')
}

/** At most one line for every twentieth part of a section, on standard error: standard output is for the report. */
function teller(io: DataContext): (progress: ImportProgress) => void {
  let last = ''
  return ({ part, section, done, total }) => {
    const step = total === 0 ? 20 : Math.floor((done / total) * 20)
    const mark = `${part} ${section} ${step}`
    if (mark === last || io.json) return
    last = mark
    io.err(describeProgress({ part, section, done, total }))
  }
}

function withoutSecrets(plan: ImportPlan): ImportPlan {
  const { database, ...source } = plan.source
  return { ...plan, source: database === undefined ? source : { ...source, database: '(given)' } }
}
