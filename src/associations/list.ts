import type { Kysely } from 'kysely'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Database } from '../storage/schema.ts'

export interface AssociationFilter {
  readonly address?: ThreePid
  readonly mxid?: string
  /** Where the page before ended. */
  readonly behind?: { readonly boundAt: number; readonly medium: string; readonly address: string }
  readonly limit: number
}

/** The newest first. */
export async function listAssociations(
  db: Kysely<Database>,
  { address, mxid, behind, limit }: AssociationFilter,
) {
  let query = db
    .selectFrom('associations')
    .select(['medium', 'address', 'mxid', 'bound_at'])
    .orderBy('bound_at', 'desc')
    .orderBy('medium', 'desc')
    .orderBy('address', 'desc')
    .limit(limit)
  if (address !== undefined) {
    query = query.where('medium', '=', address.medium).where('address', '=', address.address)
  }
  if (mxid !== undefined) query = query.where('mxid', '=', mxid)
  if (behind !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('bound_at', 'medium', 'address'),
        '<',
        tuple(behind.boundAt, behind.medium, behind.address),
      ),
    )
  }
  return await query.execute()
}
