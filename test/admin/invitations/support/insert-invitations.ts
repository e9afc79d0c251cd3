import type { Storage } from '../../../../src/storage/storage.ts'
import type { InvitationState } from '../../../../src/storage/schema.ts'

const states = [
  'pending',
  'resolved',
  'delivered',
  'accepted',
  'expired',
  'failed',
] as const satisfies InvitationState[]
const rooms = ['Parents of class 4b', 'Choir', 'Board']

/** So many invitations, made at the times that `at` names. */
export async function insertInvitations(
  { db }: Storage,
  count: number,
  at: (index: number) => number,
): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => invitationRow(index, at(index)))
  for (let start = 0; start < rows.length; start += 500) {
    await db
      .insertInto('invitations')
      .values(rows.slice(start, start + 500))
      .execute()
  }
}

function invitationRow(index: number, created_at: number) {
  const state = states[index % states.length] ?? 'pending'
  const isFound = state !== 'pending' && state !== 'expired'
  const name = `made-${String(index).padStart(6, '0')}`
  return {
    ...{ id: name, token: name, ephemeral_public_key: name, ephemeral_private_key: name, evidence_ref: name },
    ...{ medium: 'email', address: `person${index}@example.com`, address_domain: 'example.com' },
    ...{ room_id: `!room${index % 3}:example.org`, sender: '@anna:example.org', server_public_key: 'k' },
    properties: JSON.stringify({ room_name: rooms[index % 3] }),
    ...{ state, created_at, expires_at: created_at + 30 * 86_400_000 },
    last_mailed_at: created_at,
    resolved_mxid: isFound ? `@person${index}:example.org` : null,
    resolved_source: isFound ? 'staff' : null,
    wait_reason: state === 'failed' ? 'The homeserver refused it (M_FORBIDDEN).' : null,
    wait_noted_at: state === 'failed' ? created_at : null,
  }
}
