import { sql, type Transaction } from 'kysely'
import { kindOf } from '../dialect.ts'
import type { Database } from '../schema.ts'
import { columns, tableEnd } from './columns.ts'
import type { Migration } from './migration.ts'

/** Mirrors of directories: several people may claim one address, and a person is known by a key of the directory. */
export const mirrors: Migration = {
  number: 2,
  name: 'mirrors',
  async up(tx) {
    await widenEntries(tx)
    await createPeople(tx)
    await createSyncs(tx)
  },
}

type Tx = Transaction<Database>

/** SQLite cannot change a primary key, so the table is made anew on both. */
async function widenEntries(tx: Tx): Promise<void> {
  await tx.schema.alterTable('directory_entries').renameTo('directory_entries_1').execute()
  await tx.schema.dropIndex('directory_entries_by_address').execute()
  if (kindOf(tx) === 'postgres') {
    await sql`alter table directory_entries_1 drop constraint directory_entries_pk`.execute(tx)
  }
  const entries = columns(tx, tx.schema.createTable('directory_entries'), {
    source: 'text',
    medium: 'text',
    address: 'text',
    person: 'text',
    mxid: 'text',
    display_name: 'text?',
  })
  await entries
    .addPrimaryKeyConstraint('directory_entries_pk', ['source', 'medium', 'address', 'person'])
    .modifyEnd(tableEnd(tx, 'without rowid'))
    .execute()
  await sql`insert into directory_entries (source, medium, address, person, mxid, display_name)
    select source, medium, address, '', mxid, display_name from directory_entries_1`.execute(tx)
  await tx.schema.dropTable('directory_entries_1').execute()
  const index = (name: string) => tx.schema.createIndex(name).on('directory_entries')
  await index('directory_entries_by_address').columns(['medium', 'address']).execute()
  // Rows of the `list` kind have no person; they would fill the index for nothing.
  await index('directory_entries_by_person')
    .columns(['source', 'person'])
    .where(sql.ref('person'), '<>', sql.lit(''))
    .execute()
}

async function createPeople(tx: Tx): Promise<void> {
  const people = columns(tx, tx.schema.createTable('directory_people'), {
    source: 'text',
    key: 'text',
    mxid: 'text?',
    display_name: 'text?',
    digest: 'text',
    rejections: 'text',
  })
  await people
    .addPrimaryKeyConstraint('directory_people_pk', ['source', 'key'])
    .modifyEnd(tableEnd(tx, 'without rowid'))
    .execute()
  const index = (name: string) => tx.schema.createIndex(name).on('directory_people')
  await index('directory_people_by_mxid').columns(['source', 'mxid']).execute()
  await index('directory_people_rejected')
    .columns(['source', 'key'])
    .where(sql.ref('rejections'), '<>', sql.lit(''))
    .execute()
}

async function createSyncs(tx: Tx): Promise<void> {
  const syncs = columns(tx, tx.schema.createTable('directory_syncs'), {
    source: 'text',
    settings: 'text',
    cursor: 'text?',
    started_at: 'integer?',
    finished_at: 'integer?',
    succeeded_at: 'integer?',
    full_at: 'integer?',
    failure: 'text?',
    failures: 'integer',
    people: 'integer',
    addresses: 'integer',
    added: 'integer',
    changed: 'integer',
    removed: 'integer',
    rejected: 'integer',
    conflicts: 'integer',
  })
  await syncs.addPrimaryKeyConstraint('directory_syncs_pk', ['source']).modifyEnd(tableEnd(tx)).execute()
}
