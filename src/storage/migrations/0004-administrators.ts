import type { Transaction } from 'kysely'
import type { Database } from '../schema.ts'
import { addSerial, columns, tableEnd } from './columns.ts'
import type { Migration } from './migration.ts'

/** Who may use the console, the ways in, and what was changed there. */
export const administrators: Migration = {
  number: 4,
  name: 'administrators',
  async up(tx) {
    await createAdmins(tx)
    await createSessions(tx)
    await createChanges(tx)
  },
}

type Tx = Transaction<Database>

async function createAdmins(tx: Tx): Promise<void> {
  await columns(tx, tx.schema.createTable('admins'), {
    id: 'text',
    name: 'text',
    name_key: 'text',
    password_hash: 'text',
    created_at: 'integer',
    password_changed_at: 'integer',
    signed_in_at: 'integer?',
  })
    .addPrimaryKeyConstraint('admins_pk', ['id'])
    .addUniqueConstraint('admins_by_name', ['name_key'])
    .modifyEnd(tableEnd(tx, 'without rowid'))
    .execute()
  await columns(tx, tx.schema.createTable('admin_links'), {
    token_hash: 'text',
    kind: 'text',
    admin_id: 'text?',
    created_at: 'integer',
    expires_at: 'integer',
    used_at: 'integer?',
  })
    .addPrimaryKeyConstraint('admin_links_pk', ['token_hash'])
    .addForeignKeyConstraint('admin_links_of_admin', ['admin_id'], 'admins', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .modifyEnd(tableEnd(tx, 'without rowid'))
    .execute()
}

async function createSessions(tx: Tx): Promise<void> {
  await columns(tx, tx.schema.createTable('admin_sessions'), {
    id: 'text',
    token_hash: 'text',
    admin_id: 'text',
    created_at: 'integer',
    seen_at: 'integer',
    confirmed_until: 'integer?',
    client_address: 'text',
    user_agent: 'text',
  })
    .addPrimaryKeyConstraint('admin_sessions_pk', ['id'])
    .addUniqueConstraint('admin_sessions_by_token', ['token_hash'])
    .addForeignKeyConstraint('admin_sessions_of_admin', ['admin_id'], 'admins', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .modifyEnd(tableEnd(tx, 'without rowid'))
    .execute()
  await tx.schema
    .createIndex('admin_sessions_by_admin')
    .on('admin_sessions')
    .columns(['admin_id', 'seen_at'])
    .execute()
}

/** The name stays readable when the administrator is gone: no foreign key. */
async function createChanges(tx: Tx): Promise<void> {
  await columns(tx, addSerial(tx, tx.schema.createTable('admin_changes'), 'id'), {
    at: 'integer',
    admin_id: 'text?',
    admin_name: 'text?',
    operation: 'text',
    target: 'text?',
    summary: 'text?',
    before: 'text?',
    after: 'text?',
    undo: 'text?',
    trial_id: 'text?',
    undone_at: 'integer?',
    undone_by: 'integer?',
  })
    .modifyEnd(tableEnd(tx))
    .execute()
  await tx.schema.createIndex('admin_changes_by_time').on('admin_changes').column('at').execute()
}
