import type { Insertable } from 'kysely'
import type { InvitationTable, OutboxTable, SessionTable } from '../../src/storage/schema.ts'

/** Complete rows of which a test changes what it is about. What must be unique is made from the id. */
export function invitationRow(id: string): Insertable<InvitationTable> {
  return {
    id,
    token: `token-${id}`,
    medium: 'email',
    address: 'a@b.example',
    room_id: '!room:x',
    sender: '@s:x',
    properties: '{}',
    ephemeral_public_key: `public-${id}`,
    ephemeral_private_key: `private-${id}`,
    server_public_key: `server-key-${id}`,
    evidence_ref: `evidence-${id}`,
    state: 'pending',
    created_at: 1,
    expires_at: 2,
    last_mailed_at: null,
    resolved_mxid: null,
    delivered_at: null,
    validity_asked_at: null,
  }
}

export function sessionRow(sid: string): Insertable<SessionTable> {
  return {
    sid,
    medium: 'email',
    address: `${sid}@b.example`,
    client_secret_hash: 'hash',
    send_attempt: 1,
    next_link: null,
    created_at: 1,
    modified_at: 1,
    validated_at: null,
    failed_attempts: 0,
  }
}

export function outboxRow(id: string): Insertable<OutboxTable> {
  return {
    id,
    kind: 'mail',
    dedupe_key: `cause-${id}`,
    payload: '{}',
    state: 'queued',
    attempts: 0,
    next_attempt_at: 1,
    leased_until: null,
    attempt_started_at: null,
    last_error: null,
    created_at: 1,
    expires_at: Number.MAX_SAFE_INTEGER,
    finished_at: null,
  }
}
