import { sql, type Kysely, type Transaction } from 'kysely'
import type { ThreePid } from '../../matrix/threepid.ts'
import { jsonRows } from '../../storage/json-rows.ts'
import { noteMappingChanges } from '../../storage/mapping-changes.ts'
import type { Database } from '../../storage/schema.ts'
import { dropPeople, indexPeople } from './search-index.ts'
import type { ChangedPerson } from './spool.ts'

const READ_PAGE = 20_000

/** Digests by key of everybody in the mirror of a backend. */
export async function knownPeople(db: Kysely<Database>, source: string): Promise<Map<string, string>> {
  const known = new Map<string, string>()
  for (let after: string | null = null; ;) {
    let query = db.selectFrom('directory_people').select(['key', 'digest']).where('source', '=', source)
    if (after !== null) query = query.where('key', '>', after)
    const rows: { key: string; digest: string }[] = await query.orderBy('key').limit(READ_PAGE).execute()
    for (const { key, digest } of rows) known.set(key, digest)
    after = rows.at(-1)?.key ?? null
    if (rows.length < READ_PAGE) return known
  }
}

/** Rows that `storePeople` and `removePeople` touch are written only where they differ. */
interface EntryRow extends ThreePid {
  readonly person: string
  readonly mxid: string
}

/** Brings the mirror up to what is known of these people, and tells everybody who follows which addresses changed. */
export async function storePeople(
  tx: Transaction<Database>,
  source: string,
  people: readonly ChangedPerson[],
): Promise<void> {
  const wanted = people.flatMap(({ key, person }) =>
    person === null
      ? []
      : person.addresses.map((address) => ({ ...address, person: key, mxid: person.mxid })),
  )
  const changed = await replaceEntries(tx, source, keysOf(people), wanted)
  const rows = jsonRows(
    tx,
    people.map(({ key, person, digest, rejections }) => [
      key,
      person?.mxid ?? null,
      person?.displayName ?? null,
      digest,
      rejections.length === 0 ? '' : JSON.stringify(rejections),
    ]),
  )
  await sql`insert into directory_people (source, key, mxid, display_name, digest, rejections)
    select ${source}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from ${rows} where true
    on conflict (source, key) do update set mxid = excluded.mxid, display_name = excluded.display_name,
    digest = excluded.digest, rejections = excluded.rejections`.execute(tx)
  await indexPeople(tx, source, people)
  await noteMappingChanges(tx, changed)
}

/** Forgets people who are gone from the directory. */
export async function removePeople(
  tx: Transaction<Database>,
  source: string,
  keys: readonly string[],
): Promise<void> {
  const changed = await replaceEntries(tx, source, keys, [])
  await sql`delete from directory_people where source = ${source} and key in ${listOf(tx, keys)}`.execute(tx)
  await dropPeople(tx, source, keys)
  await noteMappingChanges(tx, changed)
}

async function replaceEntries(
  tx: Transaction<Database>,
  source: string,
  keys: readonly string[],
  wanted: readonly EntryRow[],
): Promise<readonly ThreePid[]> {
  const { rows: present } = await sql<EntryRow>`select medium, address, person, mxid from directory_entries
    where source = ${source} and person <> '' and person in ${listOf(tx, keys)}`.execute(tx)
  const textOf = (row: EntryRow) => JSON.stringify([row.medium, row.address, row.person, row.mxid])
  const before = new Set(present.map(textOf))
  const after = new Set(wanted.map(textOf))
  const gone = present.filter((row) => !after.has(textOf(row)))
  const added = wanted.filter((row) => !before.has(textOf(row)))
  if (gone.length > 0) await deleteEntries(tx, source, gone)
  if (added.length > 0) await insertEntries(tx, source, added)
  const changed = new Map([...gone, ...added].map((row) => [`${row.medium} ${row.address}`, row]))
  return [...changed.values()]
}

async function deleteEntries(
  tx: Transaction<Database>,
  source: string,
  rows: readonly EntryRow[],
): Promise<void> {
  const list = jsonRows(
    tx,
    rows.map(({ medium, address, person }) => [medium, address, person]),
  )
  await sql`delete from directory_entries where source = ${source}
    and (medium, address, person) in (select value ->> 0, value ->> 1, value ->> 2 from ${list})`.execute(tx)
}

async function insertEntries(
  tx: Transaction<Database>,
  source: string,
  rows: readonly EntryRow[],
): Promise<void> {
  const list = jsonRows(
    tx,
    rows.map(({ medium, address, person, mxid }) => [medium, address, person, mxid]),
  )
  await sql`insert into directory_entries (source, medium, address, person, mxid)
    select ${source}, value ->> 0, value ->> 1, value ->> 2, value ->> 3 from ${list} where true`.execute(tx)
}

function listOf(tx: Transaction<Database>, keys: readonly string[]) {
  const rows = jsonRows(
    tx,
    keys.map((key) => [key]),
  )
  return sql`(select value ->> 0 from ${rows})`
}

const keysOf = (people: readonly ChangedPerson[]) => people.map(({ key }) => key)

/** Forgets a whole mirror, `chunk` people at a time: its backend was taken out of the configuration. */
export async function forgetMirror(
  transaction: <T>(work: (tx: Transaction<Database>) => Promise<T>) => Promise<T>,
  source: string,
  chunk = 500,
): Promise<void> {
  for (;;) {
    const removed = await transaction(async (tx) => {
      const people = await tx
        .selectFrom('directory_people')
        .select('key')
        .where('source', '=', source)
        .limit(chunk)
        .execute()
      if (people.length > 0)
        await removePeople(
          tx,
          source,
          people.map(({ key }) => key),
        )
      else await tx.deleteFrom('directory_syncs').where('source', '=', source).execute()
      return people.length
    })
    if (removed === 0) return
  }
}
