import { sql, type Kysely } from 'kysely'
import type { Database } from '../../storage/schema.ts'

/** One address that several people of a directory claim, or one Matrix ID that several of them have. */
export type Conflict =
  | {
      readonly type: 'address'
      readonly medium: string
      readonly address: string
      /** The first one is the answer: the smallest in byte order, which no order of listing changes. */
      readonly mxids: readonly string[]
    }
  | { readonly type: 'user'; readonly mxid: string; readonly keys: readonly string[] }

export interface MirrorCounts {
  readonly people: number
  readonly addresses: number
  readonly rejected: number
  readonly conflicts: number
}

/** Counts a mirror. Reads all of it: for a sync thread or a command, not for a request. */
export async function countMirror(db: Kysely<Database>, source: string): Promise<MirrorCounts> {
  const one = async (query: ReturnType<typeof sql<{ n: number }>>) =>
    Number((await query.execute(db)).rows[0]?.n ?? 0)
  // Every rejection is an object in a JSON list, and no other text in it holds `{"field":` unescaped.
  const marker = '{"field":'
  return {
    people: await one(sql`select count(*) as n from directory_people where source = ${source}`),
    addresses: await one(
      sql`select count(*) as n from (select 1 from directory_entries where source = ${source} group by medium, address) as a`,
    ),
    rejected:
      await one(sql`select sum((length(rejections) - length(replace(rejections, ${marker}, ''))) / ${sql.lit(marker.length)}) as n
      from directory_people where source = ${source} and rejections <> ''`),
    conflicts:
      (await one(sql`select count(*) as n from (${contestedAddresses(source)}) as c`)) +
      (await one(sql`select count(*) as n from (${sharedUsers(source)}) as c`)),
  }
}

/** Up to `limit` conflicts of each type. */
export async function readConflicts(
  db: Kysely<Database>,
  source: string,
  limit: number,
): Promise<readonly Conflict[]> {
  const contested = await sql<{ medium: string; address: string }>`${contestedAddresses(source)}
    order by medium, address limit ${limit}`.execute(db)
  const shared = await sql<{ mxid: string }>`${sharedUsers(source)} order by mxid limit ${limit}`.execute(db)
  const conflicts: Conflict[] = []
  for (const { medium, address } of contested.rows) {
    const { rows } = await sql<{ mxid: string }>`select distinct mxid from directory_entries
      where source = ${source} and medium = ${medium} and address = ${address} order by mxid`.execute(db)
    conflicts.push({ type: 'address', medium, address, mxids: rows.map(({ mxid }) => mxid) })
  }
  for (const { mxid } of shared.rows) {
    const { rows } = await sql<{ key: string }>`select key from directory_people
      where source = ${source} and mxid = ${mxid} order by key`.execute(db)
    conflicts.push({ type: 'user', mxid, keys: rows.map(({ key }) => key) })
  }
  return conflicts
}

function contestedAddresses(source: string) {
  return sql`select medium, address from directory_entries where source = ${source}
    group by medium, address having count(distinct mxid) > 1`
}

function sharedUsers(source: string) {
  return sql`select mxid from directory_people where source = ${source} and mxid is not null
    group by mxid having count(*) > 1`
}
