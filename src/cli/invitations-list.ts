import { maskAddress } from '../activity/masking.ts'
import { listInvitations, type InvitationFilter } from '../invitations/list.ts'
import { exitCodes } from './config-commands.ts'
import type { DataContext, OpenData } from './open-data.ts'

/** `signpost invitations list`: the newest first. */
export async function printInvitations(
  { storage }: OpenData,
  io: DataContext,
  filter: InvitationFilter,
  full: boolean,
): Promise<number> {
  // One more than asked for tells whether there are more.
  const rows = await listInvitations(storage.db, { ...filter, limit: filter.limit + 1 })
  const shown = rows.slice(0, filter.limit).map(({ address, created_at, expires_at, ...row }) => ({
    id: row.id,
    state: row.state,
    medium: row.medium,
    sender: row.sender,
    room_id: row.room_id,
    resolved_mxid: row.resolved_mxid,
    resolved_source: row.resolved_source,
    wait_reason: row.wait_reason,
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
