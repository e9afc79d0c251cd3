import { maskAddress } from '../activity/masking.ts'
import { revokeInvitation } from '../invitations/revoke.ts'
import { exitCodes } from './config-commands.ts'
import { withData, type DataContext, type OpenData } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = [
  'Usage: signpost invitations COMMAND [--data DIR] [--json]',
  '',
  '  list               the newest invitations and what became of them; --full shows whole addresses',
  '  revoke ID          take one back: nobody can use it any more',
]

const SHOWN = 100

/** `signpost invitations list|revoke`; `args` are the words after `invitations`. Throws `OperatorError`. */
export async function runInvitationsCommand(args: readonly string[], io: DataContext): Promise<number> {
  if (args.includes('--help') || args[0] === 'help') {
    for (const line of usage) io.out(line)
    return exitCodes.fine
  }
  try {
    const { values, positionals } = parseWords(args, { full: { type: 'boolean', default: false } })
    const [action = 'list', id, ...rest] = positionals
    if (action === 'list' && id === undefined)
      return await withData(io, (data) => list(data, io, values.full))
    if (action === 'revoke' && id !== undefined && rest.length === 0) {
      return await withData(io, (data) => revoke(data, io, id))
    }
    throw new UsageError(
      action === 'revoke' ? '"invitations revoke" needs the ID of one invitation.' : 'Not understood.',
    )
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) io.err(line)
    return exitCodes.usage
  }
}

async function list({ storage }: OpenData, io: DataContext, full: boolean): Promise<number> {
  const rows = await storage.db
    .selectFrom('invitations')
    .select(['id', 'state', 'address', 'sender', 'room_id', 'created_at', 'resolved_mxid'])
    .orderBy('created_at', 'desc')
    .limit(SHOWN)
    .execute()
  const shown = rows.map(({ address, created_at, ...row }) => ({
    ...row,
    address: full ? address : maskAddress(address),
    created: new Date(created_at).toISOString(),
  }))
  if (io.json) io.out(JSON.stringify(shown))
  else if (shown.length === 0) io.out('There are no invitations.')
  else {
    for (const each of shown) {
      io.out(`${each.id}  ${each.state.padEnd(9)}  ${each.created.slice(0, 16)}  ${each.address}`)
      io.out(`                  from ${each.sender} into ${each.room_id}`)
    }
  }
  return exitCodes.fine
}

async function revoke({ storage, runtime }: OpenData, io: DataContext, id: string): Promise<number> {
  const revoked = await revokeInvitation(storage, runtime, id, 'the operator')
  if (io.json) io.out(JSON.stringify({ id, revoked }))
  else if (revoked) io.out(`The invitation ${id} is revoked.`)
  else io.err(`There is no waiting invitation ${id}. "signpost invitations list" shows them all.`)
  return revoked ? exitCodes.fine : exitCodes.notFound
}
