import type { Transaction } from 'kysely'
import type { Database } from '../schema.ts'
import { columns, tableEnd } from './columns.ts'
import type { Migration } from './migration.ts'

/** What the application service has seen and mailed, and the links with which invited people sign up. */
export const appservice: Migration = {
  number: 9,
  name: 'appservice',
  async up(tx) {
    await columns(tx, tx.schema.createTable('appservice_transactions'), {
      digest: 'text',
      received_at: 'integer',
    })
      .addPrimaryKeyConstraint('appservice_transactions_pk', ['digest'])
      .modifyEnd(tableEnd(tx))
      .execute()
    await columns(tx, tx.schema.createTable('appservice_mails'), {
      mxid: 'text',
      room_id: 'text',
      mailed_at: 'integer',
    })
      .addPrimaryKeyConstraint('appservice_mails_pk', ['mxid', 'room_id'])
      .modifyEnd(tableEnd(tx))
      .execute()
    await createLinks(tx)
  },
}

async function createLinks(tx: Transaction<Database>): Promise<void> {
  await columns(tx, tx.schema.createTable('sign_up_links'), {
    token_hash: 'text',
    invitation_id: 'text',
    created_at: 'integer',
    claimed_until: 'integer?',
    localpart: 'text?',
    used_at: 'integer?',
    mxid: 'text?',
  })
    .addPrimaryKeyConstraint('sign_up_links_pk', ['token_hash'])
    .addForeignKeyConstraint('sign_up_links_of', ['invitation_id'], 'invitations', ['id'], (fk) =>
      fk.onDelete('cascade'),
    )
    .modifyEnd(tableEnd(tx))
    .execute()
  await tx.schema
    .createIndex('sign_up_links_by_invitation')
    .on('sign_up_links')
    .columns(['invitation_id', 'created_at'])
    .execute()
}
