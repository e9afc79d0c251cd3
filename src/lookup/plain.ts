import type { Requester } from '../backends/backend.ts'
import { foldForLookup, isMedium, type ThreePid } from '../matrix/threepid.ts'
import type { Lookup } from './find.ts'
import { findAddress, type Generation } from './generation.ts'
import { mappingKey } from './mappings.ts'

/**
 * The JSON text of an answer to a lookup in clear (algorithm `none`), keyed by the entries as they were sent. An
 * entry that is not `<address> <medium>` matches nothing, as a wrong hash does.
 */
export function answerPlain(generation: Generation, entries: readonly string[]): string {
  return answerOf(entries, ({ medium, address }) => findAddress(generation, medium, address))
}

/**
 * As `answerPlain`, with directories and other servers asked for whom storage does not know. The database is spared the
 * addresses that the table answers.
 */
export async function askPlain(
  lookup: Lookup,
  generation: Generation,
  entries: readonly string[],
  requester: Requester,
): Promise<string> {
  const inTable = ({ medium, address }: ThreePid) =>
    lookup.storageDecides ? findAddress(generation, medium, address) : null
  const addresses = entries.map(readEntry).filter((address) => address !== null)
  const open = addresses.filter((address) => inTable(address) === null)
  const found = open.length === 0 ? null : await lookup.find(open, requester)
  return answerOf(entries, (address) => inTable(address) ?? found?.get(mappingKey(address))?.mxid ?? null)
}

function answerOf(entries: readonly string[], find: (address: ThreePid) => string | null): string {
  const mappings: Record<string, string> = Object.create(null) as Record<string, string>
  for (const entry of entries) {
    const address = readEntry(entry)
    const mxid = address === null ? null : find(address)
    if (mxid !== null) mappings[entry] = mxid
  }
  return JSON.stringify({ mappings })
}

function readEntry(entry: string): ThreePid | null {
  const space = entry.lastIndexOf(' ')
  const medium = entry.slice(space + 1)
  // PostgreSQL takes no NUL in text.
  if (space < 1 || !isMedium(medium) || entry.includes('\0')) return null
  return { medium, address: foldForLookup(medium, entry.slice(0, space)) }
}
