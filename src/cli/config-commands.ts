import { join } from 'node:path'
import { stringify } from 'yaml'
import { withDefaults, withoutSecrets } from '../config/effective.ts'
import { configJsonSchema } from '../config/json-schema.ts'
import { loadConfig, type LoadedConfig } from '../config/load.ts'
import { formatOperatorError, OperatorError } from '../config/operator-error.ts'
import { ConfigError, formatProblems } from '../config/problems.ts'
import { nearest } from '../config/suggest.ts'
import { exitCodes, type CommandOutput } from './command-output.ts'
import { changeConfig } from './config-set.ts'
import { summarise } from './config-summary.ts'
import { UsageError } from './usage-error.ts'

export { exitCodes, type CommandOutput } from './command-output.ts'

const usage = [
  'Usage: signpost config COMMAND [--data DIR] [--json]',
  '',
  '  check              say whether signpost.yaml can be used, and what to correct',
  '  show               print what signpost.yaml sets; secrets are not shown',
  '  show --defaults    print every key with the value it has',
  '  schema             print the JSON Schema of signpost.yaml, for editors',
  '  set KEY VALUE      change a key, comments kept; a running Signpost takes it over at once',
  '  unset KEY          take a key out, so that it has its default',
  '    --within TIME    how long a new address or port waits for its confirmation (60s)',
]

/** `signpost config ...`; `args` are the words after `config`. Returns the exit code of the process. */
export async function runConfigCommand(args: readonly string[], io: CommandOutput): Promise<number> {
  const [command, ...rest] = args
  if (command === undefined) return refuse(io, '"config" needs to know what to do.')
  if (command === 'help' || args.includes('--help')) {
    for (const line of usage) io.out(line)
    return exitCodes.fine
  }
  if (command === 'set' || command === 'unset') return await change(io, args)
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined
  if (run === undefined) return refuse(io, `There is no command "config ${command}".`, command)
  const unknown = rest.find((arg) => !(command === 'show' && arg === '--defaults'))
  if (unknown !== undefined) return refuse(io, `"config ${command}" does not know ${unknown}.`)
  try {
    return await run(io, rest)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    return report(error, io)
  }
}

async function change(io: CommandOutput, args: readonly string[]): Promise<number> {
  try {
    return await changeConfig(io, args)
  } catch (error) {
    if (error instanceof UsageError) return refuse(io, error.message)
    if (!(error instanceof OperatorError)) throw error
    return report(error, io)
  }
}

const commands: Readonly<Record<string, (io: CommandOutput, args: readonly string[]) => Promise<number>>> = {
  check,
  show,
  schema,
}

async function check(io: CommandOutput): Promise<number> {
  const loaded = await loadConfig(io.dataDir)
  if (io.json) io.out(JSON.stringify({ valid: true, file: loaded.path, exists: loaded.exists, problems: [] }))
  else for (const line of summarise(loaded)) io.out(line)
  return exitCodes.fine
}

async function show(io: CommandOutput, args: readonly string[]): Promise<number> {
  const loaded = await loadConfig(io.dataDir)
  const all = args.includes('--defaults')
  const values = visibleValues(loaded, all)
  if (io.json) io.out(JSON.stringify(values, null, 2))
  else if (Object.keys(values).length === 0) {
    io.out(`# ${loaded.path} sets nothing: every key has its default.`)
    io.out('# Show them with: signpost config show --defaults')
  } else {
    io.out(
      all ? '# Every key with the value it has.' : `# What ${loaded.path} sets; the rest with --defaults.`,
    )
    io.out(stringify(values, { lineWidth: 0 }).trimEnd())
  }
  return exitCodes.fine
}

async function schema(io: CommandOutput): Promise<number> {
  io.out(JSON.stringify(configJsonSchema(), null, 2))
  return exitCodes.fine
}

function visibleValues({ values }: LoadedConfig, all: boolean): Record<string, unknown> {
  const node = configJsonSchema()
  return withoutSecrets(all ? withDefaults(values, node) : values, node) as Record<string, unknown>
}

function report(error: OperatorError, io: CommandOutput): number {
  if (io.json) io.out(JSON.stringify(errorAsJson(error)))
  else if (error instanceof ConfigError) {
    io.err(formatProblems(error))
    io.err('')
    io.err(
      `The file is ${join(io.dataDir, error.fileName)}. Correct it with a text editor, then check it again.`,
    )
  } else io.err(formatOperatorError(error))
  return error.exitCode
}

function errorAsJson(error: OperatorError): object {
  if (error instanceof ConfigError) return { valid: false, problems: error.problems }
  const { code, tried, likelyCause, fix } = error
  return { valid: false, problems: [], error: { code, tried, likelyCause, fix } }
}

function refuse(io: CommandOutput, message: string, word?: string): number {
  const meant = word === undefined ? undefined : nearest(word, [...Object.keys(commands), 'set', 'unset'])
  io.err(meant === undefined ? message : `${message} Did you mean "config ${meant}"?`)
  io.err('')
  for (const line of usage) io.err(line)
  return exitCodes.usage
}
