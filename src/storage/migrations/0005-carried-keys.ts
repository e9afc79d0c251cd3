import { columns, tableEnd } from './columns.ts'
import type { Migration } from './migration.ts'

/** Keys of invitations that another identity server mailed before Signpost took its place. */
export const carriedKeys: Migration = {
  number: 5,
  name: 'carried-keys',
  async up(tx) {
    const keys = columns(tx, tx.schema.createTable('carried_keys'), {
      public_key: 'text',
      created_at: 'integer',
    })
    await keys.addPrimaryKeyConstraint('carried_keys_pk', ['public_key']).modifyEnd(tableEnd(tx)).execute()
  },
}
