import type { Transaction } from 'kysely'
import type { Database } from '../schema.ts'
import { addSerial, columns, tableEnd } from './columns.ts'
import type { Migration } from './migration.ts'

/** What happened here, in rows and in numbers. */
export const activity: Migration = {
  number: 6,
  name: 'activity',
  async up(tx) {
    await createLog(tx)
    await createCounts(tx)
    // The log follows the history by time.
    await tx.schema.createIndex('invitation_history_by_time').on('invitation_history').column('at').execute()
  },
}

type Tx = Transaction<Database>

async function createLog(tx: Tx): Promise<void> {
  const table = addSerial(tx, tx.schema.createTable('activity'), 'id')
  const log = columns(tx, table, {
    at: 'integer',
    kind: 'text',
    action: 'text',
    outcome: 'text',
    medium: 'text?',
    address: 'text?',
    subject: 'text?',
    mxid: 'text?',
    user_id: 'text?',
    server: 'text?',
    ip: 'text?',
    source: 'text?',
    duration_ms: 'integer?',
    code: 'text?',
    reason: 'text?',
    details: 'text',
    request: 'text?',
    origin: 'text?',
  })
  await log.addUniqueConstraint('activity_origin', ['origin']).modifyEnd(tableEnd(tx)).execute()
  await tx.schema.createIndex('activity_by_time').on('activity').column('at').execute()
  for (const column of ['kind', 'outcome'] as const) {
    await tx.schema.createIndex(`activity_by_${column}`).on('activity').columns([column, 'id']).execute()
  }
  // Most rows are lookups of one kind: what few of them have is indexed for those few.
  for (const column of ['subject', 'mxid', 'user_id', 'request'] as const) {
    await tx.schema
      .createIndex(`activity_by_${column}`)
      .on('activity')
      .columns([column, 'id'])
      .where(column, 'is not', null)
      .execute()
  }
}

async function createCounts(tx: Tx): Promise<void> {
  const counts = columns(tx, tx.schema.createTable('activity_counts'), {
    step: 'text',
    at: 'integer',
    process: 'text',
    meters: 'text',
  })
  await counts
    .addPrimaryKeyConstraint('activity_counts_pk', ['step', 'at', 'process'])
    .modifyEnd(tableEnd(tx))
    .execute()
  const hosts = columns(tx, tx.schema.createTable('activity_hosts'), {
    host: 'text',
    purpose: 'text',
    first_at: 'integer',
    last_at: 'integer',
    calls: 'integer',
    failures: 'integer',
  })
  await hosts
    .addPrimaryKeyConstraint('activity_hosts_pk', ['host', 'purpose'])
    .modifyEnd(tableEnd(tx))
    .execute()
}
