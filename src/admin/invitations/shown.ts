import { z } from 'zod'
import type { HistoryEntry } from '../../invitations/history.ts'
import type { ListedInvitation } from '../../invitations/list.ts'
import { revocableStates } from '../../invitations/states.ts'
import type { Medium } from '../../matrix/threepid.ts'
import { historyEvent } from './contract.ts'

const names = z.object({ room_name: z.string().optional(), room_alias: z.string().optional() })

/** An invitation as the console shows it: without its tokens and keys. */
export function shownInvitation(invitation: ListedInvitation) {
  const { id, state, medium, address, sender, room_id, properties } = invitation
  const { room_name, room_alias } = names.catch({}).parse(JSON.parse(properties))
  return {
    ...{ id, state, address, sender, medium: medium as Medium, roomId: room_id },
    roomName: room_name ?? room_alias ?? null,
    createdAt: invitation.created_at,
    expiresAt: invitation.expires_at,
    mxid: invitation.resolved_mxid,
    source: invitation.resolved_source,
    waitReason: invitation.wait_reason,
    canResend: state === 'pending',
    canRevoke: revocableStates.includes(state),
  }
}

/** A later Signpost may have written what this one has no word for; the detail tells it. */
const readEvent = historyEvent.catch('waiting')

export const shownEntry = ({ at, event, detail }: HistoryEntry) => ({
  at,
  event: readEvent.parse(event),
  detail,
})
