import type { ThreePid } from '../../matrix/threepid.ts'
import type { FoundMapping } from '../backend.ts'
import { readRows } from '../read-rows.ts'
import { emailSpellings } from '../spellings.ts'
import { chunks } from '../sql/source.ts'
import { isStorable } from '../sql/values.ts'
import { addressTable, isPerson } from './accounts.ts'
import type { SynapseDirectory } from './directory.ts'
import { accountRow, readRow } from './person.ts'

/** SQLite takes 32,766 values in a statement, PostgreSQL 65,535; short statements are planned faster. */
const VALUES_A_STATEMENT = 500

/**
 * Who has an address. Asks for the spelling that Synapse writes, through its index; addresses that early versions
 * left in capitals are found by the mirror alone.
 */
export async function findMappings(
  directory: SynapseDirectory,
  asked: readonly ThreePid[],
  signal: AbortSignal,
): Promise<readonly FoundMapping[]> {
  const wanted = new Set(asked.map(({ medium, address }) => `${medium} ${address}`))
  const spellings = [...new Set(asked.flatMap(storedSpellings))].filter(isStorable)
  const found: FoundMapping[] = []
  for (const some of chunks(spellings, VALUES_A_STATEMENT)) {
    for (const mapping of await ownersOf(directory, some, signal)) {
      if (wanted.has(`${mapping.medium} ${mapping.address}`)) found.push(mapping)
    }
  }
  return found
}

async function ownersOf(
  { database, domain, values, outline }: SynapseDirectory,
  spellings: readonly string[],
  signal: AbortSignal,
): Promise<readonly FoundMapping[]> {
  const parts = await outline(signal)
  const rows = await database.query(
    `SELECT u.name AS user_id, NULL AS name, t.medium, t.address
     FROM ${addressTable(parts)} t JOIN users u ON u.name = t.user_id
     WHERE t.address IN (:spellings) AND ${isPerson(parts)}
     ORDER BY u.name`,
    { ...values, spellings },
    signal,
  )
  return readRows(accountRow, rows, 'Synapse').flatMap((row) => {
    const { person } = readRow(row, domain)
    return person === null ? [] : person.addresses.map((address) => ({ ...address, mxid: person.mxid }))
  })
}

/** Synapse only lower-cases the domain of an e-mail address. */
function storedSpellings({ medium, address }: ThreePid): readonly string[] {
  return medium === 'email' ? emailSpellings(address) : [address]
}
