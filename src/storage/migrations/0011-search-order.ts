import { sql } from 'kysely'
import { addSerial, columns, tableEnd } from './columns.ts'
import type { Migration } from './migration.ts'

/**
 * The words under which people of mirrors are found, in the order in which a search answers: by kind, so that whole names
 * stand together, and under each word by name, so that the best are read without the others. Further words of a term are
 * looked for in `words` of the person, which also tells what to delete.
 */
export const searchOrder: Migration = {
  number: 11,
  name: 'search-order',
  async up(tx) {
    await tx.schema.dropTable('search_words').execute()
    await tx.schema.dropTable('search_people').execute()

    const people = columns(tx, addSerial(tx, tx.schema.createTable('search_people'), 'id'), {
      source: 'text',
      key: 'text',
      mxid: 'text',
      display_name: 'text?',
      sort: 'text',
      words: 'text',
    })
    await people.modifyEnd(tableEnd(tx)).execute()
    await tx.schema
      .createIndex('search_people_by_key')
      .on('search_people')
      .columns(['source', 'key'])
      .unique()
      .execute()
    await tx.schema
      .createIndex('search_people_by_mxid')
      .on('search_people')
      .columns(['mxid', 'source'])
      .execute()

    const words = columns(tx, tx.schema.createTable('search_words'), {
      kind: 'text',
      word: 'text',
      sort: 'text',
      person: 'integer',
    })
    await words
      .addPrimaryKeyConstraint('search_words_pk', ['kind', 'word', 'sort', 'person'])
      .modifyEnd(tableEnd(tx, 'without rowid'))
      .execute()

    // Mirrors of before have no words: the next sync reads them as if everybody had changed.
    await sql`update directory_people set digest = ''`.execute(tx)
    await sql`update directory_syncs set settings = '', cursor = null`.execute(tx)
  },
}
