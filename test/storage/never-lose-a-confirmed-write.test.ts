import { randomInt } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkIntegrity } from '../../src/storage/integrity.ts'
import { databases } from '../support/databases.ts'
import type { TestDatabase } from '../support/databases.ts'
import { startChild } from './children/start-child.ts'

describe('a write that was confirmed is never lost', () => {
  let database: TestDatabase
  beforeEach(async () => {
    const [sqlite] = databases()
    if (sqlite === undefined) throw new Error('SQLite is always there')
    database = await sqlite.create()
  })
  afterEach(() => database.dispose())

  test('when the process is killed in the middle of writing, again and again', async () => {
    if (database.options.type !== 'sqlite') throw new Error('not SQLite')
    const confirmed: string[] = []
    for (let run = 0; run < 5; run++) {
      const child = startChild('write-forever.ts', [database.options.file, String(run)])
      await child.waitForLines(randomInt(1, 60))
      await child.kill()
      confirmed.push(...child.lines())
      const storage = await database.open()
      const accounts = await storage.db.selectFrom('accounts').select('user_id').execute()
      const tokens = await storage.db.selectFrom('tokens').select('user_id').execute()
      const integrity = await checkIntegrity(storage)
      await storage.close()
      const found = new Set(accounts.map((row) => row.user_id))
      expect(confirmed.filter((userId) => !found.has(userId))).toEqual([])
      expect(new Set(tokens.map((row) => row.user_id))).toEqual(found)
      expect(integrity.problems).toEqual([])
    }
    expect(confirmed.length).toBeGreaterThanOrEqual(5)
  })
})
