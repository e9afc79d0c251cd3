import { z } from 'zod'
import type { SourceDatabase } from '../database/source-database.ts'
import { wholeNumber } from '../values.ts'

const transactionSchema = z.object({ timestamp: wholeNumber })

/**
 * When the homeserver last reached the other server as its application service. What happened before is done; what happened
 * since waits at the homeserver, for Signpost. Null: it was none.
 */
export async function latestTransaction(db: SourceDatabase): Promise<number | null> {
  for await (const page of db.rows('as_txn', ['timestamp'])) {
    const times = page.flatMap((row) => transactionSchema.parse(row).timestamp ?? [])
    return times.length === 0 ? null : Math.max(...times)
  }
  return null
}
