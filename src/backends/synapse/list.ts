import type { ListOrder, ListPage } from '../backend.ts'
import type { ListedPerson } from '../person.ts'
import { readRows } from '../read-rows.ts'
import type { Row } from '../sql/values.ts'
import { addressTable, isPerson, joinProfile } from './accounts.ts'
import type { SynapseDirectory } from './directory.ts'
import { accountRow, type AccountRow, groupPages, readAccount } from './person.ts'

/**
 * Everybody, each time: Synapse notes when an address was added, but an address, a name or an account that is gone
 * leaves no trace.
 */
export async function* listPeople(
  directory: SynapseDirectory,
  { signal }: Pick<ListOrder, 'signal'>,
): AsyncGenerator<ListPage> {
  for await (const people of readPeople(directory, signal)) yield { type: 'people', people }
  yield { type: 'end', incremental: false, cursor: null }
}

/** Pages of people in the order of their user IDs, those without an address included. */
export async function* readPeople(
  { database, domain, values, outline }: SynapseDirectory,
  signal: AbortSignal,
): AsyncGenerator<readonly ListedPerson[]> {
  const parts = await outline(signal)
  const text = `
    SELECT u.name AS user_id, p.displayname AS name, t.medium, t.address
    FROM users u ${joinProfile(parts)} LEFT JOIN ${addressTable(parts)} t ON t.user_id = u.name
    WHERE ${isPerson(parts)}
    ORDER BY u.name`
  for await (const accounts of groupPages(rowsOf(database.pages(text, values, signal)))) {
    yield accounts.map((account) => readAccount(account, domain))
  }
}

async function* rowsOf(pages: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly AccountRow[]> {
  for await (const page of pages) yield readRows(accountRow, page, 'Synapse')
}
