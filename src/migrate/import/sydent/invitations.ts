import { z } from 'zod'
import { toUrlSafe } from '../../../invitations/ephemeral-key.ts'
import { decodeBase64 } from '../../../matrix/base64.ts'
import type { Drafts, InvitationDraft, Reading } from '../data.ts'
import type { SourceDatabase } from '../database/source-database.ts'
import { checkInvitation } from '../invitation-row.ts'
import { readTable } from '../read-table.ts'
import { seconds, text, wholeNumber } from '../values.ts'

const inviteSchema = z.object({
  id: wholeNumber,
  medium: text,
  address: text,
  room_id: text,
  sender: text,
  token: text,
  received_ts: seconds,
  sent_ts: seconds,
})

const keySchema = z.object({ id: wholeNumber, public_key: text, persistence_ts: seconds })

export interface SydentInvitationRules {
  /** Unpadded base64 of the long-term key; null without one. */
  readonly publicKey: string | null
  /** `delete_tokens_on_bind`: a sent invitation that is still there was not delivered. */
  readonly deletesDelivered: boolean
  /** Milliseconds. Sydent knows no end: the full time begins now. */
  readonly expireAfter: number
}

export function sydentInvitations(db: SourceDatabase, rules: SydentInvitationRules, reading: Reading) {
  return readTable(db, reading, {
    table: 'invite_tokens',
    schema: inviteSchema,
    section: 'invitations',
    read: (row) => invitationOf(row, rules, reading),
  })
}

function invitationOf(
  row: z.output<typeof inviteSchema>,
  rules: SydentInvitationRules,
  reading: Reading,
): InvitationDraft | null {
  const { findings, now } = reading
  const name = `invite_tokens ${row.id}`
  const checked = checkInvitation(reading, name, { ...row, roomId: row.room_id })
  if (checked === null) return null
  const { roomId, ...invitation } = checked
  if (row.received_ts === null) findings.add('missing-time', name, invitation.address)
  const isDelivered = row.sent_ts !== null && !rules.deletesDelivered
  if (row.sent_ts !== null)
    findings.add(isDelivered ? 'sent-and-kept' : 'sent-undelivered', name, invitation.address)
  return {
    ...invitation,
    room_id: roomId,
    properties: '{}',
    server_public_key: rules.publicKey ?? '',
    state: isDelivered ? 'delivered' : 'pending',
    created_at: row.received_ts ?? 0,
    expires_at: now + rules.expireAfter,
    key: null,
    resolvedTo: null,
  }
}

/** Every key that was ever mailed. See `invitations/carried-keys.ts`. */
export function sydentInvitationKeys(db: SourceDatabase, reading: Reading) {
  return readTable(db, reading, {
    table: 'ephemeral_public_keys',
    schema: keySchema,
    section: 'invitationKeys',
    read({ id, public_key, persistence_ts }): Drafts['invitationKeys'] | null {
      if (public_key !== null && decodeBase64(public_key)?.length === 32) {
        return { publicKey: toUrlSafe(public_key), createdAt: persistence_ts ?? 0 }
      }
      reading.findings.add('missing-value', `ephemeral_public_keys ${id}`, 'public_key')
      return null
    },
  })
}
