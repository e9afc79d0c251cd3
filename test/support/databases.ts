import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import type { Runtime } from '../../src/runtime.ts'
import { openStorage } from '../../src/storage/storage.ts'
import type { Storage, StorageKind, StorageOptions } from '../../src/storage/storage.ts'
import { createTempDir, removeTempDir } from './temp-dir.ts'
import { createTestRuntime } from './test-runtime.ts'

/** An empty database of its own for one test. */
export interface TestDatabase {
  readonly options: StorageOptions
  /** Opens it; again and again after `close()`, on PostgreSQL also beside each other. */
  open(runtime?: Runtime, changes?: Pick<StorageOptions, 'migrations' | 'programVersion'>): Promise<Storage>
  /** Closes what is still open and removes the database. */
  dispose(): Promise<void>
}

export interface DatabaseKind {
  readonly kind: StorageKind
  /** For `describeWith`: why it cannot be had here, or null. */
  readonly unavailable: string | null
  create(): Promise<TestDatabase>
}

/** The databases that contract suites loop over: `describeWith(kind, unavailable, ...)`. */
export function databases(): readonly DatabaseKind[] {
  return [
    { kind: 'sqlite', unavailable: null, create: createSqlite },
    {
      kind: 'postgres',
      unavailable: inject('postgresUrl') === null ? 'it is not installed' : null,
      create: createPostgres,
    },
  ]
}

async function createSqlite(): Promise<TestDatabase> {
  const folder = await createTempDir('storage')
  return testDatabase({ type: 'sqlite', file: join(folder, 'signpost.db') }, () => removeTempDir(folder))
}

async function createPostgres(): Promise<TestDatabase> {
  const maintenance = inject('postgresUrl')
  if (maintenance === null) throw new Error('PostgreSQL is not installed')
  const name = `test_${randomBytes(8).toString('hex')}`
  await administrate(maintenance, `create database ${name}`)
  const url = new URL(maintenance)
  url.pathname = `/${name}`
  return testDatabase({ type: 'postgres', url: url.href, poolSize: 8 }, () =>
    administrate(maintenance, `drop database ${name} with (force)`),
  )
}

function testDatabase(options: StorageOptions, remove: () => Promise<void>): TestDatabase {
  const opened: Storage[] = []
  return {
    options,
    async open(runtime = createTestRuntime(), changes = {}) {
      const storage = await openStorage({ ...options, ...changes }, runtime)
      opened.push(storage)
      return storage
    },
    async dispose() {
      await Promise.all(opened.map((storage) => storage.close()))
      await remove()
    },
  }
}

async function administrate(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}
