import { hash } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { createLogger } from '../../src/activity/logger.ts'
import { openStorage } from '../../src/storage/storage.ts'
import { systemClock, systemRandom } from '../../src/system.ts'

export const addressOf = (index: number) => `person${index}@example.org`
export const userOf = (index: number) => `@person${index}:example.org`

/** One user whose token is known to the load. */
export const benchUser = '@bench:example.org'
export const benchToken = 'bench-token-0123456789abcdefghijklmnopqrstuv'

/** A database with `count` associations and the account of `user`, as if they had been bound over the API. */
export async function seedDatabase(dataDir: string, count: number, user = benchUser): Promise<void> {
  const file = join(dataDir, 'signpost.db')
  const log = createLogger({ level: 'error', masked: () => true })
  const storage = await openStorage(
    { type: 'sqlite', file },
    { clock: systemClock, random: systemRandom, log },
  )
  await storage.close()
  const database = new Sqlite(file)
  const now = Date.now()
  const insert = database.prepare('insert into associations values (?, ?, ?, ?, ?, ?)')
  database.transaction(() => {
    database.prepare('insert into accounts (user_id, created_at) values (?, ?)').run(user, now)
    database
      .prepare('insert into tokens (token_hash, user_id, created_at) values (?, ?, ?)')
      .run(hash('sha256', benchToken, 'hex'), user, now)
    for (let i = 0; i < count; i++) {
      insert.run('email', addressOf(i), userOf(i), now - 1000, now - 1000, now + 1e12)
    }
  })()
  database.close()
}

/** Publishes another pepper in the database; the running server builds its table and adopts it. */
export function publishPepper(dataDir: string, pepper: string): void {
  const database = new Sqlite(join(dataDir, 'signpost.db'))
  database.pragma('busy_timeout = 5000')
  database.prepare('insert into peppers (pepper, created_at) values (?, ?)').run(pepper, Date.now())
  database.close()
}

export function lookupHash(index: number, pepper: string): string {
  return hash('sha256', `${addressOf(index)} email ${pepper}`, 'base64url')
}
