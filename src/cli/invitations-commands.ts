import { durationPattern, parseDuration } from '../config/types.ts'
import { nearest } from '../config/suggest.ts'
import { allStates } from '../invitations/states.ts'
import type { InvitationState } from '../storage/schema.ts'
import { readAddressArgument } from './address-argument.ts'
import { exitCodes } from './config-commands.ts'
import { resendOne, revokeAll } from './invitations-change.ts'
import { printInvitations } from './invitations-list.ts'
import { showInvitation } from './invitations-show.ts'
import { withData, type DataContext, type OpenData } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost invitations COMMAND [--data DIR] [--json]',
  '',
  '  list               the newest invitations and what became of them',
  `    --state STATE    only those that are ${allStates.join(', ')}`,
  '    --address A      only those to this address',
  '    --sender S       only those from this Matrix ID',
  '    --older 7d       only those that were made longer ago than this',
  '    --limit 100      at most so many',
  '  show ID            one of them, with its history',
  '  revoke ID...       take some back: nobody can use them any more',
  '  resend ID          write to the invited person again; its time begins anew',
  '',
  '  --full             show whole addresses (list, show)',
]

const optionTypes = {
  state: { type: 'string', multiple: true },
  address: { type: 'string' },
  sender: { type: 'string' },
  older: { type: 'string' },
  limit: { type: 'string' },
  full: { type: 'boolean', default: false },
} as const

type Values = ReturnType<typeof parseWords<typeof optionTypes>>['values']
type Action = (data: OpenData, io: DataContext) => Promise<number>

interface InvitationsCommand {
  readonly options: readonly (keyof typeof optionTypes)[]
  /** Throws `UsageError`. Everything that the command line says is read before the database is opened. */
  read(words: readonly string[], values: Values): Action
}

const commands: Readonly<Record<string, InvitationsCommand>> = {
  list: { options: ['state', 'address', 'sender', 'older', 'limit', 'full'], read: readList },
  show: {
    options: ['full'],
    read: (words, { full }) => {
      const id = onlyId(words, 'show')
      return (data, io) => showInvitation(data, io, id, full)
    },
  },
  revoke: {
    options: [],
    read: (ids) => {
      if (ids.length === 0) throw new UsageError('"invitations revoke" needs the ID of an invitation.')
      return (data, io) => revokeAll(data, io, ids)
    },
  },
  resend: {
    options: [],
    read: (words) => {
      const id = onlyId(words, 'resend')
      return (data, io) => resendOne(data, io, id)
    },
  },
}

/** `signpost invitations ...`; `args` are the words after `invitations`. Throws `OperatorError`. */
export async function runInvitationsCommand(args: readonly string[], io: DataContext): Promise<number> {
  if (args.includes('--help') || args[0] === 'help') {
    for (const line of usage) io.out(line)
    return exitCodes.fine
  }
  try {
    const action = readCommandLine(args)
    return await withData(io, (data) => action(data, io))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) io.err(line)
    return exitCodes.usage
  }
}

function readCommandLine(args: readonly string[]): Action {
  const { values, positionals } = parseWords(args, optionTypes)
  const [name = 'list', ...words] = positionals
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    const meant = nearest(name, Object.keys(commands))
    const suggestion = meant === undefined ? '' : ` Did you mean "invitations ${meant}"?`
    throw new UsageError(`There is no command "invitations ${name}".${suggestion}`)
  }
  const known: readonly string[] = command.options
  const foreign = Object.entries(values).find(
    ([option, value]) => value !== false && value !== undefined && !known.includes(option),
  )
  if (foreign !== undefined) throw new UsageError(`"invitations ${name}" does not know --${foreign[0]}.`)
  return command.read(words, values)
}

function onlyId(words: readonly string[], command: string): string {
  const [id, ...rest] = words
  if (id === undefined || rest.length > 0)
    throw new UsageError(`"invitations ${command}" needs the ID of one invitation.`)
  return id
}

function readList(words: readonly string[], values: Values): Action {
  if (words.length > 0) throw new UsageError(`"invitations list" does not know "${words[0]}".`)
  const { address, sender, full } = values
  const olderMs = readOlder(values.older)
  const filter = {
    states: (values.state ?? []).map(readState),
    ...(address === undefined ? {} : { address: readAddressArgument([address], '') }),
    ...(sender === undefined ? {} : { sender }),
    limit: readLimit(values.limit),
  }
  return (data, io) => {
    const before = olderMs === null ? {} : { before: data.runtime.clock.now() - olderMs }
    return printInvitations(data, io, { ...filter, ...before }, full)
  }
}

function readState(text: string): InvitationState {
  const state = allStates.find((each) => each === text)
  if (state !== undefined) return state
  throw new UsageError(`"${text}" is no state of an invitation. There are: ${allStates.join(', ')}`)
}

function readOlder(text: string | undefined): number | null {
  if (text === undefined) return null
  if (durationPattern.test(text)) return parseDuration(text)
  throw new UsageError(`"${text}" is no time. Write a whole number and a unit: 12h or 7d.`)
}

function readLimit(text = '100'): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new UsageError(`"${text}" is no number for --limit.`)
}
