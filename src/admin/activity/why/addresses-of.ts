import type { Kysely } from 'kysely'
import type { Medium, ThreePid } from '../../../matrix/threepid.ts'
import type { Database } from '../../../storage/schema.ts'

/** Addresses under which somebody is known here: bound ones, then those of lists and mirrors. */
export async function addressesOf(db: Kysely<Database>, mxid: string): Promise<readonly ThreePid[]> {
  const bound = await db
    .selectFrom('associations')
    .select(['medium', 'address'])
    .where('mxid', '=', mxid)
    .execute()
  const listed = await db
    .selectFrom('directory_entries')
    .select(['medium', 'address'])
    .distinct()
    .where('mxid', '=', mxid)
    .execute()
  const all = [...bound, ...listed].map(({ medium, address }) => ({ medium: medium as Medium, address }))
  return [...new Map(all.map((each) => [`${each.medium} ${each.address}`, each])).values()]
}

/** Mirrors that know somebody, with or without an address that can be used. */
export async function directoriesWith(db: Kysely<Database>, mxid: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('directory_people')
    .select('source')
    .distinct()
    .where('mxid', '=', mxid)
    .orderBy('source')
    .execute()
  return rows.map(({ source }) => source)
}
