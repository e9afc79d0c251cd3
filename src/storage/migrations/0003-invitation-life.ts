import { sql, type Transaction } from 'kysely'
import { kindOf } from '../dialect.ts'
import type { Database } from '../schema.ts'
import { columnType, type ColumnKind } from './columns.ts'
import type { Migration } from './migration.ts'

/** What happens to an invitation on its way: where its person was found, who used its link, why it waits. */
export const invitationLife: Migration = {
  number: 3,
  name: 'invitation-life',
  async up(tx) {
    await widenInvitations(tx)
    await addLanes(tx)
  },
}

type Tx = Transaction<Database>

async function widenInvitations(tx: Tx): Promise<void> {
  await addColumns(tx, 'invitations', {
    address_domain: 'text?',
    sender_verified_at: 'integer?',
    resolved_server: 'text?',
    resolved_source: 'text?',
    resolved_at: 'integer?',
    signed_mxid: 'text?',
    signed_at: 'integer?',
    expired_at: 'integer?',
    wait_reason: 'text?',
    wait_noted_at: 'integer?',
  })
  const behind = (mark: string, column: string) => {
    const position = sql.raw(kindOf(tx) === 'postgres' ? 'strpos' : 'instr')
    return sql`substr(${sql.ref(column)}, ${position}(${sql.ref(column)}, ${sql.lit(mark)}) + 1)`
  }
  await sql`update invitations set address_domain = ${behind('@', 'address')} where medium = 'email'`.execute(
    tx,
  )
  await sql`update invitations set resolved_server = ${behind(':', 'resolved_mxid')}
    where resolved_mxid is not null`.execute(tx)
  await tx.schema
    .createIndex('invitations_by_domain')
    .on('invitations')
    .columns(['address_domain', 'state'])
    .execute()
}

/** The new index of due rows leaves out those that are done, and answers without a look at the rows themselves. */
async function addLanes(tx: Tx): Promise<void> {
  await addColumns(tx, 'outbox', { lane: 'text?', first_due_at: 'integer?' })
  await tx.schema.dropIndex('outbox_by_due_time').execute()
  const open = sql.ref('finished_at')
  await tx.schema
    .createIndex('outbox_by_due_time')
    .on('outbox')
    .columns(['next_attempt_at', 'first_due_at', 'kind', 'lane', 'id'])
    .where(open, 'is', null)
    .execute()
  await tx.schema
    .createIndex('outbox_by_lane')
    .on('outbox')
    .columns(['lane', 'next_attempt_at'])
    .where(open, 'is', null)
    .execute()
}

async function addColumns(
  tx: Tx,
  table: 'invitations' | 'outbox',
  kinds: Readonly<Record<string, ColumnKind>>,
): Promise<void> {
  // One statement each: SQLite adds no two columns at once.
  for (const [name, kind] of Object.entries(kinds)) {
    await tx.schema.alterTable(table).addColumn(name, columnType(tx, kind)).execute()
  }
}
