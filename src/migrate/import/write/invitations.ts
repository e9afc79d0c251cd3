import { hash } from 'node:crypto'
import { newEphemeralKey } from '../../../invitations/ephemeral-key.ts'
import { noteHistory } from '../../../invitations/history.ts'
import { domainOf } from '../../../invitations/new-invitation.ts'
import { parseUserId } from '../../../matrix/identifiers.ts'
import type { Runtime } from '../../../runtime.ts'
import type { InvitationTable } from '../../../storage/schema.ts'
import type { Drafts, InvitationDraft } from '../data.ts'
import { unlessKnown, type SectionWriter } from './section-writer.ts'

/** A token stands for one invitation. One that is there was taken over before, and may have been delivered since. */
export const invitationWriter: SectionWriter<InvitationDraft> = {
  async decide(db, drafts) {
    const tokens = drafts.map(({ token }) => token)
    const rows =
      db === null || tokens.length === 0
        ? []
        : await db.selectFrom('invitations').select('token').where('token', 'in', tokens).execute()
    return unlessKnown(drafts, new Set(rows.map(({ token }) => token)), ({ token }) => token)
  },

  async write(tx, drafts, { runtime }) {
    const rows = drafts.map((draft) => toRow(draft, runtime))
    await tx.insertInto('invitations').values(rows).execute()
    const entries = rows.map(({ id, state, created_at }) => ({
      id,
      event: state,
      detail: `taken over from another identity server, which stored it ${new Date(created_at).toISOString()}`,
    }))
    await noteHistory(tx, runtime, entries)
  },
}

/** Keys that were mailed, and that no invitation is known for. */
export const invitationKeyWriter: SectionWriter<Drafts['invitationKeys']> = {
  async decide(db, drafts) {
    const keys = drafts.map(({ publicKey }) => publicKey)
    if (db === null || keys.length === 0) return unlessKnown(drafts, new Set(), ({ publicKey }) => publicKey)
    const carried = db.selectFrom('carried_keys').select('public_key').where('public_key', 'in', keys)
    // An invitation may have found its key since the last import.
    const adopted = db
      .selectFrom('invitations')
      .select('ephemeral_public_key as public_key')
      .where('ephemeral_public_key', 'in', keys)
    const rows = await carried.union(adopted).execute()
    return unlessKnown(drafts, new Set(rows.map((row) => row.public_key)), ({ publicKey }) => publicKey)
  },

  async write(tx, drafts) {
    await tx
      .insertInto('carried_keys')
      .values(drafts.map(({ publicKey, createdAt }) => ({ public_key: publicKey, created_at: createdAt })))
      .onConflict((conflict) => conflict.column('public_key').doNothing())
      .execute()
  },
}

function toRow(draft: InvitationDraft, runtime: Runtime): InvitationTable {
  const { key, resolvedTo, ...kept } = draft
  const { publicKey, privateKey } = key ?? newEphemeralKey(runtime)
  return {
    ...kept,
    id: hash('sha256', `imported ${draft.token}`, 'base64url').slice(0, 16),
    address_domain: draft.medium === 'email' ? domainOf(draft.address) : null,
    sender_verified_at: null,
    ephemeral_public_key: publicKey,
    ephemeral_private_key: privateKey,
    evidence_ref: runtime.random.bytes(12).toString('base64url'),
    // Whoever was invited has heard of it.
    last_mailed_at: draft.created_at,
    resolved_mxid: resolvedTo?.mxid ?? null,
    resolved_server: resolvedTo === null ? null : (parseUserId(resolvedTo.mxid)?.serverName ?? null),
    resolved_source: null,
    resolved_at: resolvedTo?.at ?? null,
    delivered_at: resolvedTo?.at ?? null,
    delivery_started_at: null,
    validity_asked_at: null,
    signed_mxid: null,
    signed_at: null,
    expired_at: null,
    wait_reason: null,
    wait_noted_at: null,
  }
}
