import { sql } from 'kysely'
import { addSerial, columns, tableEnd } from './columns.ts'
import type { Migration } from './migration.ts'

/**
 * The words under which people of mirrors are found. One table of words in byte order serves both databases alike: the
 * beginning of a word is a range of the index, and a short term reads no more of it than it answers.
 */
export const searchWords: Migration = {
  number: 7,
  name: 'search-words',
  async up(tx) {
    const people = columns(tx, addSerial(tx, tx.schema.createTable('search_people'), 'id'), {
      source: 'text',
      key: 'text',
      mxid: 'text',
      display_name: 'text?',
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
      person: 'integer',
      word: 'text',
      kind: 'text',
    })
    await words
      .addPrimaryKeyConstraint('search_words_pk', ['person', 'word', 'kind'])
      .modifyEnd(tableEnd(tx, 'without rowid'))
      .execute()
    await tx.schema
      .createIndex('search_words_by_word')
      .on('search_words')
      .columns(['word', 'kind', 'person'])
      .execute()

    // Mirrors of before have no words: the next sync reads them as if everybody had changed.
    await sql`update directory_people set digest = ''`.execute(tx)
    await sql`update directory_syncs set settings = '', cursor = null`.execute(tx)
  },
}
