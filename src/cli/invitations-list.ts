import { maskAddress } from '../activity/masking.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { InvitationState } from '../storage/schema.ts'
import { exitCodes } from './config-commands.ts'
import type { DataContext, OpenData } from './open-data.ts'

export interface InvitationFilter {
  /** None: all. */
  readonly states: readonly InvitationState[]
  readonly address: ThreePid | null
  readonly sender: string | null
  /** Made longer ago than so many milliseconds. */
  readonly olderMs: number | null
  readonly limit: number
}

/** `signpost invitations list`: the newest first. */
export async function listInvitations(
  data: OpenData,
  io: DataContext,
  filter: InvitationFilter,
  full: boolean,
): Promise<number> {
  const rows = await readRows(data, filter)
  const shown = rows.slice(0, filter.limit).map(({ address, created_at, expires_at, ...row }) => ({
    ...row,
    address: full ? address : maskAddress(address),
    created: new Date(created_at).toISOString(),
    expires: new Date(expires_at).toISOString(),
  }))
  if (io.json) {
    io.out(JSON.stringify(shown))
    return exitCodes.fine
  }
  if (shown.length === 0) io.out('There are no such invitations.')
  for (const each of shown) {
    io.out(`${each.id}  ${each.state.padEnd(9)}  ${each.created.slice(0, 16)}  ${each.address}`)
    io.out(`                  from ${each.sender} into ${each.room_id}`)
    if (each.resolved_mxid !== null) io.out(`                  for ${each.resolved_mxid}`)
    if (each.wait_reason !== null) io.out(`                  waits: ${each.wait_reason}`)
  }
  if (rows.length > shown.length) io.out('There are more: --limit 1000')
  return exitCodes.fine
}

/** One more than asked for, when there are more. */
async function readRows({ storage, runtime }: OpenData, filter: InvitationFilter) {
  let query = storage.db
    .selectFrom('invitations')
    .select([
      'id',
      'state',
      'medium',
      'address',
      'sender',
      'room_id',
      'created_at',
      'expires_at',
      'resolved_mxid',
      'resolved_source',
      'wait_reason',
    ])
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(filter.limit + 1)
  if (filter.states.length > 0) query = query.where('state', 'in', filter.states)
  if (filter.address !== null) {
    const { medium, address } = filter.address
    query = query.where('medium', '=', medium).where('address', '=', address)
  }
  if (filter.sender !== null) query = query.where('sender', '=', filter.sender)
  if (filter.olderMs !== null) query = query.where('created_at', '<', runtime.clock.now() - filter.olderMs)
  return await query.execute()
}
