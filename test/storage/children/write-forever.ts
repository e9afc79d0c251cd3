import { writeSync } from 'node:fs'
import { openStorage } from '../../../src/storage/storage.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

/** Commits rows into the SQLite database argv[2] and names each of them once its commit has been confirmed. */
const [, , file = '', run = ''] = process.argv
const storage = await openStorage({ type: 'sqlite', file }, createTestRuntime())
for (let index = 0; ; index++) {
  const userId = `@${run}-${index}:x`
  await storage.transaction(async (tx) => {
    await tx.insertInto('accounts').values({ user_id: userId, created_at: index }).execute()
    await tx.insertInto('tokens').values({ token_hash: userId, user_id: userId, created_at: index }).execute()
  })
  writeSync(1, `${userId}\n`)
}
