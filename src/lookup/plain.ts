import { foldForLookup, isMedium } from '../matrix/threepid.ts'
import { findAddress, type Generation } from './generation.ts'

/**
 * The JSON text of an answer to a lookup in clear (algorithm `none`), keyed by the entries as they were sent. An
 * entry that is not `<address> <medium>` matches nothing, as a wrong hash does.
 */
export function answerPlain(generation: Generation, entries: readonly string[]): string {
  const mappings: Record<string, string> = Object.create(null) as Record<string, string>
  for (const entry of entries) {
    const space = entry.lastIndexOf(' ')
    const medium = entry.slice(space + 1)
    if (space < 1 || !isMedium(medium)) continue
    const mxid = findAddress(generation, medium, foldForLookup(medium, entry.slice(0, space)))
    if (mxid !== null) mappings[entry] = mxid
  }
  return JSON.stringify({ mappings })
}
