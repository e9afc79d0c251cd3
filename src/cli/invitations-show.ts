import { maskAddress } from '../activity/masking.ts'
import { readHistory, type HistoryEntry } from '../invitations/history.ts'
import { findInvitation, type Invitation } from '../invitations/invitation.ts'
import { nextAttempt, type NextAttempt } from '../invitations/next-attempt.ts'
import { exitCodes } from './config-commands.ts'
import { count } from './list-report.ts'
import type { DataContext, OpenData } from './open-data.ts'

/** `signpost invitations show ID`: exit code 3 when there is none. */
export async function showInvitation(
  { storage }: OpenData,
  io: DataContext,
  id: string,
  full: boolean,
): Promise<number> {
  const invitation = await findInvitation(storage.db, id)
  if (invitation === null) {
    io.err(`There is no invitation ${id}. "signpost invitations list" shows them all.`)
    return exitCodes.notFound
  }
  const history = await readHistory(storage.db, id)
  const delivery = await nextAttempt(storage.db, invitation)
  const address = full ? invitation.address : maskAddress(invitation.address)
  if (io.json) io.out(JSON.stringify(asJson(invitation, address, history, delivery)))
  else for (const line of inWords(invitation, address, history, delivery)) io.out(line)
  return exitCodes.fine
}

/** Without tokens and keys: whoever has them can use the invitation. */
function asJson(
  invitation: Invitation,
  address: string,
  history: readonly HistoryEntry[],
  delivery: NextAttempt | null,
) {
  const { id, state, medium, sender, room_id, resolved_mxid, resolved_source, signed_mxid } = invitation
  return {
    id,
    state,
    medium,
    address,
    sender,
    room_id,
    created: time(invitation.created_at),
    expires: time(invitation.expires_at),
    resolved_mxid,
    resolved_source,
    signed_mxid,
    delivery: delivery && { ...delivery, nextAttemptAt: time(delivery.nextAttemptAt) },
    history: history.map((entry) => ({ ...entry, at: time(entry.at) })),
  }
}

function inWords(
  { id, state, sender, room_id, created_at, expires_at, resolved_mxid, resolved_source }: Invitation,
  address: string,
  history: readonly HistoryEntry[],
  delivery: NextAttempt | null,
): string[] {
  const lines = [`${id}  ${state}`, `  to        ${address}`, `  from      ${sender} into ${room_id}`]
  lines.push(`  stored    ${time(created_at)}`)
  if (state === 'pending') lines.push(`  expires   ${time(expires_at)}`)
  if (resolved_mxid !== null) lines.push(`  for       ${resolved_mxid} (${resolved_source ?? 'unknown'})`)
  if (delivery !== null) {
    const said = delivery.lastError === null ? '' : `: ${delivery.lastError}`
    lines.push(
      `  ${delivery.what.padEnd(8)}  ${count(delivery.attempts, 'attempt', 'attempts')}, next ${time(delivery.nextAttemptAt)}${said}`,
    )
  }
  lines.push('', '  History')
  for (const { at, event, detail } of history) lines.push(`    ${time(at)}  ${event.padEnd(10)}  ${detail}`)
  return lines
}

const time = (milliseconds: number) => new Date(milliseconds).toISOString()
