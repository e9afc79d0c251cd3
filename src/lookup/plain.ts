import type { Requester } from '../backends/backend.ts'
import { foldForLookup, isMedium, type ThreePid } from '../matrix/threepid.ts'
import type { Lookup } from './find.ts'
import { foundFirst, type AnsweredEntry, type AnsweredLookup } from './answered.ts'
import { findAddress, type Generation } from './generation.ts'
import { mappingKey } from './mappings.ts'

/**
 * The JSON text of an answer to a lookup in clear (algorithm `none`), keyed by the entries as they were sent. An
 * entry that is not `<address> <medium>` matches nothing, as a wrong hash does.
 */
export function answerPlain(generation: Generation, entries: readonly string[]): AnsweredLookup {
  return answerOf(entries, ({ medium, address }) => fromTable(findAddress(generation, medium, address)))
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
): Promise<AnsweredLookup> {
  const inTable = ({ medium, address }: ThreePid) =>
    lookup.storageDecides ? findAddress(generation, medium, address) : null
  const addresses = entries.map(readEntry).filter((address) => address !== null)
  const open = addresses.filter((address) => inTable(address) === null)
  const found = open.length === 0 ? null : await lookup.find(open, requester)
  return answerOf(
    entries,
    (address) => fromTable(inTable(address)) ?? found?.get(mappingKey(address)) ?? null,
  )
}

interface Found {
  readonly mxid: string
  readonly source: string | null
}

/** The table does not say from where it knows somebody. */
function fromTable(mxid: string | null): Found | null {
  return mxid === null ? null : { mxid, source: null }
}

function answerOf(entries: readonly string[], find: (address: ThreePid) => Found | null): AnsweredLookup {
  const mappings: Record<string, string> = Object.create(null) as Record<string, string>
  const answered: AnsweredEntry[] = []
  let count = 0
  for (const entry of entries) {
    const address = readEntry(entry)
    if (address === null) continue
    const { mxid, source } = find(address) ?? { mxid: null, source: null }
    answered.push({ address, mxid, source })
    if (mxid === null) continue
    mappings[entry] = mxid
    count++
  }
  return {
    text: JSON.stringify({ mappings }),
    found: count,
    entries: (most) => foundFirst(answered).slice(0, most),
  }
}

function readEntry(entry: string): ThreePid | null {
  const space = entry.lastIndexOf(' ')
  const medium = entry.slice(space + 1)
  // PostgreSQL takes no NUL in text.
  if (space < 1 || !isMedium(medium) || entry.includes('\0')) return null
  return { medium, address: foldForLookup(medium, entry.slice(0, space)) }
}
