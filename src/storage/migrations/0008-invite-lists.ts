import type { Transaction } from 'kysely'
import type { Database } from '../schema.ts'
import { columns, tableEnd } from './columns.ts'
import type { Migration } from './migration.ts'

/** Lists of addresses that an administrator invites into a room, and the order in which people read lists. */
export const inviteLists: Migration = {
  number: 8,
  name: 'invite-lists',
  async up(tx) {
    await createLists(tx)
    await addIndexes(tx)
  },
}

async function createLists(tx: Transaction<Database>): Promise<void> {
  await columns(tx, tx.schema.createTable('invite_lists'), {
    id: 'text',
    state: 'text',
    created_at: 'integer',
    created_by: 'text?',
    finished_at: 'integer?',
    room_id: 'text',
    room_name: 'text?',
    sender: 'text',
    access_token: 'text?',
    pace: 'text',
    failures: 'integer',
    problem: 'text?',
    problem_detail: 'text?',
  })
    .addPrimaryKeyConstraint('invite_lists_pk', ['id'])
    .modifyEnd(tableEnd(tx))
    .execute()
  await columns(tx, tx.schema.createTable('invite_list_rows'), {
    list: 'text',
    position: 'integer',
    medium: 'text',
    address: 'text',
    mxid: 'text?',
    state: 'text',
    attempts: 'integer',
    done_at: 'integer?',
    detail: 'text?',
  })
    .addPrimaryKeyConstraint('invite_list_rows_pk', ['list', 'position'])
    .addForeignKeyConstraint('invite_list_rows_of', ['list'], 'invite_lists', ['id'], (fk) =>
      fk.onDelete('cascade'),
    )
    .modifyEnd(tableEnd(tx))
    .execute()
  await tx.schema
    .createIndex('invite_list_rows_by_state')
    .on('invite_list_rows')
    .columns(['list', 'state', 'position'])
    .execute()
}

/** The newest first, page by page, with and without a filter. */
async function addIndexes(tx: Transaction<Database>): Promise<void> {
  const invitations = (name: string) => tx.schema.createIndex(name).on('invitations')
  await invitations('invitations_by_time').columns(['created_at', 'id']).execute()
  await invitations('invitations_by_state').columns(['state', 'created_at', 'id']).execute()
  await invitations('invitations_by_mxid').columns(['resolved_mxid', 'created_at']).execute()
  await tx.schema
    .createIndex('associations_by_time')
    .on('associations')
    .columns(['bound_at', 'medium', 'address'])
    .execute()
}
