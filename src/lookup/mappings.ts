import type { Kysely } from 'kysely'
import type { Medium, ThreePid } from '../matrix/threepid.ts'
import type { Database } from '../storage/schema.ts'

/** An answer: the Matrix ID of an address, and where it is known from. */
export interface Mapping extends ThreePid {
  readonly mxid: string
  /** `association`, or the id of a backend. */
  readonly source: string
  /** Validity in milliseconds; null for backends, whose rows carry none. */
  readonly boundAt: number | null
  readonly notBefore: number | null
  readonly notAfter: number | null
}

/** SQLite takes 32,766 variables in a statement; pages of this size keep statements small and plans stable. */
const PAGE = 500

/**
 * What storage says each canonical address maps to at this moment: an own association first, then the lists and mirrors in
 * their order, and of several people in one mirror the smallest Matrix ID. `associations: false` passes own ones over.
 * Addresses without a mapping are absent. Keys are made by `mappingKey`.
 */
export async function currentMappings(
  db: Kysely<Database>,
  addresses: readonly ThreePid[],
  backends: readonly string[],
  now: number,
  associations = true,
): Promise<Map<string, Mapping>> {
  const found = new Map<string, Mapping>()
  for (const [medium, page] of pagesByMedium(addresses)) {
    if (associations) {
      for (const row of await associationRows(db, medium, page, now)) found.set(mappingKey(row), row)
    }
    if (backends.length === 0) continue
    const entries = await entryRows(db, medium, page, backends)
    for (const backend of backends) {
      for (const entry of entries) {
        if (entry.source === backend && !found.has(mappingKey(entry))) found.set(mappingKey(entry), entry)
      }
    }
  }
  return found
}

export async function currentMapping(
  db: Kysely<Database>,
  address: ThreePid,
  backends: readonly string[],
  now: number,
  associations = true,
): Promise<Mapping | null> {
  const found = await currentMappings(db, [address], backends, now, associations)
  return found.get(mappingKey(address)) ?? null
}

/**
 * How many rows can map an address, counted no further than this: a full count of a million rows takes longer than a
 * start should.
 */
export async function countMappings(db: Kysely<Database>, upTo: number): Promise<number> {
  const count = async (table: 'associations' | 'directory_entries') => {
    const row = await db
      .selectFrom(db.selectFrom(table).select('medium').limit(upTo).as('some'))
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(row.count)
  }
  return (await count('associations')) + (await count('directory_entries'))
}

/** Mediums hold no space, so the text is unambiguous. */
export function mappingKey(address: ThreePid): string {
  return `${address.medium} ${address.address}`
}

async function associationRows(db: Kysely<Database>, medium: string, page: readonly string[], now: number) {
  const rows = await db
    .selectFrom('associations')
    .select(['medium', 'address', 'mxid', 'bound_at', 'not_before', 'not_after'])
    .where('medium', '=', medium)
    .where('address', 'in', page)
    .where('not_before', '<=', now)
    .where('not_after', '>', now)
    .execute()
  return rows.map((row) =>
    toMapping(row, 'association', {
      boundAt: row.bound_at,
      notBefore: row.not_before,
      notAfter: row.not_after,
    }),
  )
}

async function entryRows(
  db: Kysely<Database>,
  medium: string,
  page: readonly string[],
  backends: readonly string[],
): Promise<Mapping[]> {
  const rows = await db
    .selectFrom('directory_entries')
    .select((eb) => ['source', 'medium', 'address', eb.fn.min('mxid').as('mxid')])
    .where('medium', '=', medium)
    .where('address', 'in', page)
    .where('source', 'in', backends)
    .groupBy(['source', 'medium', 'address'])
    .execute()
  return rows.map((row) => toMapping(row, row.source, { boundAt: null, notBefore: null, notAfter: null }))
}

function toMapping(
  { medium, address, mxid }: { medium: string; address: string; mxid: string },
  source: string,
  times: Pick<Mapping, 'boundAt' | 'notBefore' | 'notAfter'>,
): Mapping {
  return { medium: medium as Medium, address, mxid, source, ...times }
}

function* pagesByMedium(addresses: readonly ThreePid[]): Generator<[string, string[]]> {
  const byMedium = Map.groupBy(addresses, (address) => address.medium)
  for (const [medium, group] of byMedium) {
    for (let start = 0; start < group.length; start += PAGE) {
      yield [medium, group.slice(start, start + PAGE).map((each) => each.address)]
    }
  }
}
