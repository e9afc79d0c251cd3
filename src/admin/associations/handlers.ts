import { maskAddress } from '../../activity/masking.ts'
import type { Associations } from '../../associations/associations.ts'
import { listAssociations, type AssociationFilter } from '../../associations/list.ts'
import { parseUserId } from '../../matrix/identifiers.ts'
import type { Medium } from '../../matrix/threepid.ts'
import type { Storage } from '../../storage/storage.ts'
import { readTypedAddress } from '../activity/typed-address.ts'
import { toCursor } from '../api/page-cursor.ts'
import type { Handlers } from '../api/serve.ts'
import type { associationsContract } from './contract.ts'

export interface AssociationsOptions {
  readonly storage: Storage
  readonly associations: Pick<Associations, 'unbind'>
}

export function createAssociationsHandlers({
  storage,
  associations,
}: AssociationsOptions): Handlers<typeof associationsContract> {
  return {
    async 'GET /api/associations'({ query: { q = '', cursor, limit } }) {
      const search = readSearch(q)
      if (search === null) return { associations: [], next: null }
      const behind =
        cursor === undefined ? {} : { behind: { boundAt: cursor[0], medium: cursor[1], address: cursor[2] } }
      const rows = await listAssociations(storage.db, { ...search, ...behind, limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        associations: page.map(({ medium, address, mxid, bound_at }) => {
          return { medium: medium as Medium, address, mxid, boundAt: bound_at }
        }),
        next:
          rows.length > limit && last !== undefined
            ? toCursor([last.bound_at, last.medium, last.address])
            : null,
      }
    },

    async 'POST /api/associations/unbind'({ body: { medium, address, mxid } }, { note }) {
      const removed = await associations.unbind({ medium, address }, mxid)
      note({ target: mxid, before: { address: maskAddress(address) }, after: { removed } })
      return { removed }
    },
  }
}

/** Null for what is neither a whole address nor a Matrix ID. */
function readSearch(q: string): Pick<AssociationFilter, 'address' | 'mxid'> | null {
  if (q === '') return {}
  if (parseUserId(q) !== null) return { mxid: q }
  const address = readTypedAddress(q)
  return address === null ? null : { address }
}
