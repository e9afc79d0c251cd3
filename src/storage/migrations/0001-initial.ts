import type { Transaction } from 'kysely'
import type { Database } from '../schema.ts'
import { addSerial, columns, tableEnd } from './columns.ts'
import type { Migration } from './migration.ts'

/** The first schema. `../schema.ts` says what the columns mean. */
export const initial: Migration = {
  number: 1,
  name: 'initial',
  async up(tx) {
    await createAccounts(tx)
    await createSessions(tx)
    await createMappings(tx)
    await createInvitations(tx)
    await createOutbox(tx)
  },
}

type Tx = Transaction<Database>

async function createAccounts(tx: Tx): Promise<void> {
  const accounts = columns(tx, tx.schema.createTable('accounts'), { user_id: 'text', created_at: 'integer' })
  await accounts.addPrimaryKeyConstraint('accounts_pk', ['user_id']).modifyEnd(tableEnd(tx)).execute()

  const tokens = columns(tx, tx.schema.createTable('tokens'), {
    token_hash: 'text',
    user_id: 'text',
    created_at: 'integer',
  })
  await tokens
    .addPrimaryKeyConstraint('tokens_pk', ['token_hash'])
    .addForeignKeyConstraint('tokens_user', ['user_id'], 'accounts', ['user_id'], (fk) =>
      fk.onDelete('cascade'),
    )
    .modifyEnd(tableEnd(tx))
    .execute()
  await tx.schema.createIndex('tokens_by_user').on('tokens').column('user_id').execute()

  const terms = columns(tx, tx.schema.createTable('accepted_terms'), {
    user_id: 'text',
    url: 'text',
    accepted_at: 'integer',
  })
  await terms
    .addPrimaryKeyConstraint('accepted_terms_pk', ['user_id', 'url'])
    .addForeignKeyConstraint('accepted_terms_user', ['user_id'], 'accounts', ['user_id'], (fk) =>
      fk.onDelete('cascade'),
    )
    .modifyEnd(tableEnd(tx))
    .execute()
}

async function createSessions(tx: Tx): Promise<void> {
  const sessions = columns(tx, tx.schema.createTable('sessions'), {
    sid: 'text',
    medium: 'text',
    address: 'text',
    client_secret_hash: 'text',
    send_attempt: 'integer',
    next_link: 'text?',
    created_at: 'integer',
    modified_at: 'integer',
    validated_at: 'integer?',
    failed_attempts: 'integer',
  })
  await sessions
    .addPrimaryKeyConstraint('sessions_pk', ['sid'])
    .addUniqueConstraint('sessions_by_secret', ['medium', 'address', 'client_secret_hash'])
    .modifyEnd(tableEnd(tx))
    .execute()
  await tx.schema.createIndex('sessions_by_age').on('sessions').column('modified_at').execute()
}

async function createMappings(tx: Tx): Promise<void> {
  const meta = columns(tx, tx.schema.createTable('meta'), { key: 'text', value: 'text' })
  await meta.addPrimaryKeyConstraint('meta_pk', ['key']).modifyEnd(tableEnd(tx)).execute()

  const associations = columns(tx, tx.schema.createTable('associations'), {
    medium: 'text',
    address: 'text',
    mxid: 'text',
    bound_at: 'integer',
    not_before: 'integer',
    not_after: 'integer',
  })
  await associations
    .addPrimaryKeyConstraint('associations_pk', ['medium', 'address'])
    .modifyEnd(tableEnd(tx, 'without rowid'))
    .execute()
  await tx.schema.createIndex('associations_by_mxid').on('associations').column('mxid').execute()

  const entries = columns(tx, tx.schema.createTable('directory_entries'), {
    source: 'text',
    medium: 'text',
    address: 'text',
    mxid: 'text',
    display_name: 'text?',
  })
  await entries
    .addPrimaryKeyConstraint('directory_entries_pk', ['source', 'medium', 'address'])
    .modifyEnd(tableEnd(tx, 'without rowid'))
    .execute()
  await tx.schema
    .createIndex('directory_entries_by_address')
    .on('directory_entries')
    .columns(['medium', 'address'])
    .execute()

  const changes = addSerial(tx, tx.schema.createTable('mapping_changes'), 'seq')
  await columns(tx, changes, { medium: 'text', address: 'text' }).modifyEnd(tableEnd(tx)).execute()

  const peppers = addSerial(tx, tx.schema.createTable('peppers'), 'generation')
  await columns(tx, peppers, { pepper: 'text', created_at: 'integer' }).modifyEnd(tableEnd(tx)).execute()
}

async function createInvitations(tx: Tx): Promise<void> {
  const invitations = columns(tx, tx.schema.createTable('invitations'), {
    id: 'text',
    token: 'text',
    medium: 'text',
    address: 'text',
    room_id: 'text',
    sender: 'text',
    properties: 'text',
    server_public_key: 'text',
    ephemeral_public_key: 'text',
    ephemeral_private_key: 'text',
    evidence_ref: 'text',
    state: 'text',
    created_at: 'integer',
    expires_at: 'integer',
    last_mailed_at: 'integer?',
    resolved_mxid: 'text?',
    delivered_at: 'integer?',
    delivery_started_at: 'integer?',
    validity_asked_at: 'integer?',
  })
  await invitations
    .addPrimaryKeyConstraint('invitations_pk', ['id'])
    .addUniqueConstraint('invitations_token', ['token'])
    .addUniqueConstraint('invitations_public_key', ['ephemeral_public_key'])
    .addUniqueConstraint('invitations_evidence_ref', ['evidence_ref'])
    .modifyEnd(tableEnd(tx))
    .execute()
  const index = (name: string) => tx.schema.createIndex(name).on('invitations')
  await index('invitations_by_address').columns(['medium', 'address', 'state']).execute()
  await index('invitations_by_expiry').columns(['state', 'expires_at']).execute()
  await index('invitations_by_sender').columns(['sender', 'state']).execute()

  const history = addSerial(tx, tx.schema.createTable('invitation_history'), 'id')
  await columns(tx, history, { invitation_id: 'text', at: 'integer', state: 'text', detail: 'text' })
    .addForeignKeyConstraint('invitation_history_of', ['invitation_id'], 'invitations', ['id'], (fk) =>
      fk.onDelete('cascade'),
    )
    .modifyEnd(tableEnd(tx))
    .execute()
  await tx.schema
    .createIndex('invitation_history_by_invitation')
    .on('invitation_history')
    .columns(['invitation_id', 'id'])
    .execute()
}

async function createOutbox(tx: Tx): Promise<void> {
  const outbox = columns(tx, tx.schema.createTable('outbox'), {
    id: 'text',
    kind: 'text',
    dedupe_key: 'text',
    payload: 'text',
    state: 'text',
    attempts: 'integer',
    next_attempt_at: 'integer',
    leased_until: 'integer?',
    attempt_started_at: 'integer?',
    last_error: 'text?',
    created_at: 'integer',
    expires_at: 'integer',
    finished_at: 'integer?',
  })
  await outbox
    .addPrimaryKeyConstraint('outbox_pk', ['id'])
    .addUniqueConstraint('outbox_cause', ['dedupe_key'])
    .modifyEnd(tableEnd(tx))
    .execute()
  await tx.schema
    .createIndex('outbox_by_due_time')
    .on('outbox')
    .columns(['state', 'next_attempt_at'])
    .execute()

  const leases = columns(tx, tx.schema.createTable('leases'), {
    name: 'text',
    holder: 'text',
    expires_at: 'integer',
  })
  await leases.addPrimaryKeyConstraint('leases_pk', ['name']).modifyEnd(tableEnd(tx)).execute()
}
