import { sql } from 'kysely'
import { changesSoFar, dieBeforeChange } from '../../support/die-at.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { OperatorError } from '../../../src/config/operator-error.ts'
import { allMigrations } from '../../../src/storage/migrations/index.ts'
import type { Migration } from '../../../src/storage/migrations/migration.ts'
import { openStorage } from '../../../src/storage/storage.ts'

/**
 * Upgrades the SQLite database argv[2] by two migrations, and is killed before its change number argv[3]. With argv[4] the
 * upgrade has to fail in the end.
 */
const [, , file = '', at = '', fails] = process.argv
const number = allMigrations.length + 1

const upgrades: readonly Migration[] = [
  {
    number,
    name: 'marks',
    async up(tx) {
      await sql`create table marks (user_id text primary key, mark text not null) strict`.execute(tx)
      await sql`insert into marks select user_id, 'old' from accounts`.execute(tx)
      await sql`alter table accounts add column marked integer`.execute(tx)
      await sql`update accounts set marked = 1`.execute(tx)
    },
  },
  {
    number: number + 1,
    name: 'new marks',
    async up(tx) {
      await sql`update marks set mark = 'new'`.execute(tx)
      await sql`create index marks_by_mark on marks (mark)`.execute(tx)
    },
  },
]

dieBeforeChange(Number(at))
const opening = openStorage(
  { type: 'sqlite', file, migrations: [...allMigrations, ...upgrades] },
  createTestRuntime(),
)
try {
  await (await opening).close()
} catch (error) {
  const isExpected = error instanceof OperatorError && error.code === 'database-upgrade-failed'
  if (!isExpected || fails === undefined) throw error
}
process.stdout.write(`${changesSoFar()}\n`)
