import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Database } from '../../storage/schema.ts'
import { readConflicts, type Conflict } from './conflicts.ts'

const rejection = z.object({
  field: z.enum(['user', 'email', 'phone']),
  value: z.string(),
  reason: z.string(),
})
const rejections = z.array(rejection)

/** An entry of which something is left out. Values stand as in the directory: mask them for everybody but the operator. */
export interface RejectedEntry {
  readonly key: string
  /** Null: the whole entry is left out. */
  readonly mxid: string | null
  readonly values: readonly z.output<typeof rejection>[]
}

export interface MirrorProblems {
  readonly rejected: readonly RejectedEntry[]
  readonly conflicts: readonly Conflict[]
}

/** What of a mirrored directory is left out or claimed twice; up to `limit` of each. */
export async function readProblems(
  db: Kysely<Database>,
  source: string,
  limit: number,
): Promise<MirrorProblems> {
  const rows = await db
    .selectFrom('directory_people')
    .select(['key', 'mxid', 'rejections'])
    .where('source', '=', source)
    .where('rejections', '<>', '')
    .orderBy('key')
    .limit(limit)
    .execute()
  const rejected = rows.map(({ key, mxid, rejections: text }) => {
    return { key, mxid, values: rejections.parse(JSON.parse(text)) }
  })
  return { rejected, conflicts: await readConflicts(db, source, limit) }
}
