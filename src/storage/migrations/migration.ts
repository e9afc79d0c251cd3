import type { Transaction } from 'kysely'
import type { Database } from '../schema.ts'

/** One numbered step of the schema. A released migration never changes; a correction is the next number. */
export interface Migration {
  readonly number: number
  readonly name: string
  up(tx: Transaction<Database>): Promise<void>
}
