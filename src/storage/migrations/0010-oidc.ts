import { columns, tableEnd } from './columns.ts'
import type { Migration } from './migration.ts'

/** What the OpenID provider holds for a while. */
export const oidc: Migration = {
  number: 10,
  name: 'oidc',
  async up(tx) {
    await columns(tx, tx.schema.createTable('oidc_states'), {
      model: 'text',
      id: 'text',
      uid: 'text?',
      grant_id: 'text?',
      payload: 'text',
      expires_at: 'integer',
      consumed_at: 'integer?',
    })
      .addPrimaryKeyConstraint('oidc_states_pk', ['model', 'id'])
      .modifyEnd(tableEnd(tx))
      .execute()
    const index = (name: string) => tx.schema.createIndex(name).on('oidc_states')
    await index('oidc_states_by_uid').column('uid').execute()
    await index('oidc_states_by_grant').column('grant_id').execute()
    await index('oidc_states_by_expiry').column('expires_at').execute()
  },
}
