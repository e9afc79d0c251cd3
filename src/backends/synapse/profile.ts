import { z } from 'zod'
import type { Profile } from '../backend.ts'
import { readRows } from '../read-rows.ts'
import { isStorable } from '../sql/values.ts'
import { addressTable, isPerson, joinProfile } from './accounts.ts'
import type { SynapseDirectory } from './directory.ts'
import { accountRow, readAccount } from './person.ts'

/**
 * The role of server administrators; Synapse has no others. Where Matrix Authentication Service hands out the rights,
 * nobody has it.
 */
const ADMIN_ROLE = 'synapse-admin'

const profileRow = accountRow.extend({ admin: z.coerce.number() })

/** What an account says of itself; null for accounts that are no people and for other domains. */
export async function readProfile(
  { database, domain, values, outline }: SynapseDirectory,
  userId: string,
  signal: AbortSignal,
): Promise<Profile | null> {
  if (!isStorable(userId)) return null
  const parts = await outline(signal)
  const rows = await database.query(
    `SELECT u.name AS user_id, p.displayname AS name, t.medium, t.address,
            ${parts.schema.has('users.admin') ? 'u.admin' : '0'} AS admin
     FROM users u ${joinProfile(parts)} LEFT JOIN ${addressTable(parts)} t ON t.user_id = u.name
     WHERE u.name = :userId AND ${isPerson(parts)}`,
    { ...values, userId },
    signal,
  )
  const read = readRows(profileRow, rows, 'Synapse')
  const [first] = read
  if (first === undefined) return null
  const addresses = read.flatMap(({ medium, address }) =>
    medium === null || address === null ? [] : [{ medium, address }],
  )
  const { person } = readAccount({ userId, name: first.name, addresses }, domain)
  if (person === null) return null
  return {
    displayName: person.displayName,
    threepids: person.addresses,
    roles: first.admin === 0 ? [] : [ADMIN_ROLE],
    // Synapse has the address of the picture in its media store (mxc:), and the picture is for users of the server.
    photo: null,
  }
}
