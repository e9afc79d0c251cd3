import { nearest } from '../config/suggest.ts'
import { checkBackend } from './backend-check.ts'
import { listBackends } from './backend-list.ts'
import { showProblems } from './backend-problems.ts'
import { syncBackend } from './backend-sync.ts'
import { exitCodes } from './config-commands.ts'
import type { DataContext } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost backend COMMAND [--data DIR] [--json]',
  '',
  '  list                  which directories there are, and how their copies are doing',
  '  check ID              connect, log in, count and read some people, step by step',
  '  sync ID               bring the copy up to date now',
  '    --full              read everything, not only what changed',
  '    --accept-removals   also when a large part of the people would disappear',
  '  problems ID           values that cannot be used, and addresses that several people claim',
  '',
  '  --full                show addresses in full (check, problems)',
]

const optionTypes = {
  full: { type: 'boolean', default: false },
  'accept-removals': { type: 'boolean', default: false },
} as const

export interface BackendCommandOptions {
  readonly full: boolean
  readonly acceptRemovals: boolean
}

type BackendCommand = (io: DataContext, id: string, options: BackendCommandOptions) => Promise<number>

const commands: Readonly<Record<string, BackendCommand>> = {
  check: checkBackend,
  sync: syncBackend,
  problems: showProblems,
}

/** `signpost backend ...`; `args` are the words after `backend`. Throws `OperatorError`. */
export async function runBackendCommand(args: readonly string[], io: DataContext): Promise<number> {
  if (args.includes('--help') || args[0] === 'help') {
    for (const line of usage) io.out(line)
    return exitCodes.fine
  }
  try {
    return await runWords(args, io)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) io.err(line)
    return exitCodes.usage
  }
}

async function runWords(args: readonly string[], io: DataContext): Promise<number> {
  const { values, positionals } = parseWords(args, optionTypes)
  const [name = 'list', id, ...rest] = positionals
  if (name === 'list') {
    if (id !== undefined) throw new UsageError('"backend list" takes no name.')
    return await listBackends(io)
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    const meant = nearest(name, ['list', ...Object.keys(commands)])
    const suggestion = meant === undefined ? '' : ` Did you mean "backend ${meant}"?`
    throw new UsageError(`There is no command "backend ${name}".${suggestion}`)
  }
  if (id === undefined || rest.length > 0)
    throw new UsageError(`"backend ${name}" needs the name of one backend.`)
  if (values['accept-removals'] && name !== 'sync') {
    throw new UsageError(`"backend ${name}" does not know --accept-removals.`)
  }
  return await command(io, id, { full: values.full, acceptRemovals: values['accept-removals'] })
}
