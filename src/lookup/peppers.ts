import type { Kysely } from 'kysely'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'

/** One generation of lookup hashes. */
export interface Pepper {
  readonly generation: number
  readonly pepper: string
  /** Milliseconds; from here the previous pepper lives on for the grace time. */
  readonly createdAt: number
}

/** 24 random bytes: 192 bits, 32 characters. Sydent's five characters could be searched. */
const PEPPER_BYTES = 24

export function newPepper(runtime: Runtime): string {
  return runtime.random.bytes(PEPPER_BYTES).toString('base64url')
}

/** The newest pepper and the one before it, newest first. */
export async function latestPeppers(db: Kysely<Database>): Promise<Pepper[]> {
  const rows = await db
    .selectFrom('peppers')
    .select(['generation', 'pepper', 'created_at'])
    .orderBy('generation', 'desc')
    .limit(2)
    .execute()
  return rows.map((row) => ({ generation: row.generation, pepper: row.pepper, createdAt: row.created_at }))
}

/** Publishes a pepper: from now on it is the one that `hash_details` names, on every process. */
export async function publishPepper(db: Kysely<Database>, pepper: string, now: number): Promise<Pepper> {
  const row = await db
    .insertInto('peppers')
    .values({ pepper, created_at: now })
    .returning('generation')
    .executeTakeFirstOrThrow()
  await db
    .deleteFrom('peppers')
    .where('generation', '<', row.generation - 1)
    .execute()
  return { generation: row.generation, pepper, createdAt: now }
}
