import type { Kysely } from 'kysely'
import type { ThreePid } from '../../matrix/threepid.ts'
import { isMedium } from '../../matrix/threepid.ts'
import type { Database } from '../../storage/schema.ts'

/** Somebody, by all that belongs to them here. */
export interface Person {
  readonly mxids: readonly string[]
  readonly addresses: readonly ThreePid[]
}

/**
 * The person behind a Matrix ID or an address, as far as associations tell: the Matrix ID of the address, and all
 * addresses of the Matrix ID. What a directory says does not count: it may be wrong, and is not ours to remove.
 */
export async function findPerson(db: Kysely<Database>, who: string | ThreePid): Promise<Person> {
  const mxids = typeof who === 'string' ? [who] : await ownersOf(db, who)
  const rows =
    mxids.length === 0
      ? []
      : await db
          .selectFrom('associations')
          .select(['medium', 'address'])
          .where('mxid', 'in', mxids)
          .orderBy('medium')
          .orderBy('address')
          .execute()
  const bound = rows.flatMap(({ medium, address }) => (isMedium(medium) ? [{ medium, address }] : []))
  const isBound = (one: ThreePid) =>
    bound.some(({ medium, address }) => medium === one.medium && address === one.address)
  const addresses = typeof who === 'string' || isBound(who) ? bound : [who, ...bound]
  return { mxids, addresses }
}

async function ownersOf(db: Kysely<Database>, { medium, address }: ThreePid): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('associations')
    .select('mxid')
    .where('medium', '=', medium)
    .where('address', '=', address)
    .execute()
  return rows.map(({ mxid }) => mxid)
}
