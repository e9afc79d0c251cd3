import { sql, type Transaction } from 'kysely'
import { kindOf } from './dialect.ts'
import type { Database } from './schema.ts'

/**
 * Makes transactions that name the same `subject` follow one another, to their end: what one has looked for and not
 * found, none of the others creates meanwhile. SQLite's writing transactions take turns anyhow.
 */
export async function takeTurns(tx: Transaction<Database>, subject: string): Promise<void> {
  if (kindOf(tx) !== 'postgres') return
  await sql`select pg_advisory_xact_lock(hashtextextended(${subject}, 0))`.execute(tx)
}

/** The subject of whatever decides by who owns an address. */
export function addressTurn(address: { readonly medium: string; readonly address: string }): string {
  return `address ${address.medium} ${address.address}`
}
