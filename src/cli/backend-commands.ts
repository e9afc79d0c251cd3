import { nearest } from '../config/suggest.ts'
import { checkBackend } from './backend-check.ts'
import { guessBackend } from './backend-guess.ts'
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
  '  guess URL             look into an LDAP directory, and print a section that probably fits it',
  '    --bind-dn DN --password-file FILE --ca-file FILE --start-tls',
  '  problems ID           values that cannot be used, and addresses that several people claim',
  '',
  '  --full                show addresses in full (check, guess, problems)',
]

const optionTypes = {
  full: { type: 'boolean', default: false },
  'accept-removals': { type: 'boolean', default: false },
  'bind-dn': { type: 'string' },
  'password-file': { type: 'string' },
  'ca-file': { type: 'string' },
  'start-tls': { type: 'boolean', default: false },
} as const

export interface BackendCommandOptions {
  readonly full: boolean
  readonly acceptRemovals: boolean
  readonly bindDn: string | null
  readonly passwordFile: string | null
  readonly caFile: string | null
  readonly startTls: boolean
}

type BackendCommand = (io: DataContext, subject: string, options: BackendCommandOptions) => Promise<number>

type OptionName = keyof typeof optionTypes

/** What each command does, and which options it knows. */
const commands: Readonly<Record<string, { run: BackendCommand; options: readonly OptionName[] }>> = {
  check: { run: checkBackend, options: ['full'] },
  sync: { run: syncBackend, options: ['full', 'accept-removals'] },
  guess: { run: guessBackend, options: ['full', 'bind-dn', 'password-file', 'ca-file', 'start-tls'] },
  problems: { run: showProblems, options: ['full'] },
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
  const subject = name === 'guess' ? 'the URL of one directory' : 'the name of one backend'
  if (id === undefined || rest.length > 0) throw new UsageError(`"backend ${name}" needs ${subject}.`)
  const set = Object.entries(values).filter(([, value]) => value !== false && value !== undefined)
  const foreign = set.find(([option]) => !command.options.includes(option as OptionName))
  if (foreign !== undefined) throw new UsageError(`"backend ${name}" does not know --${foreign[0]}.`)
  return await command.run(io, id, {
    full: values.full,
    acceptRemovals: values['accept-removals'],
    bindDn: values['bind-dn'] ?? null,
    passwordFile: values['password-file'] ?? null,
    caFile: values['ca-file'] ?? null,
    startTls: values['start-tls'],
  })
}
