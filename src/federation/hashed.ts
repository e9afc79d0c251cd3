import { mappingKey } from '../lookup/mappings.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import { lookupHash } from '../matrix/lookup-hash.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { PeerAnswer, PeerAnswers } from './peer.ts'

/** The addresses of a question by their hashes under a pepper. */
export type HashedAddresses = ReadonlyMap<string, ThreePid>

export function hashAddresses(addresses: readonly ThreePid[], pepper: string): HashedAddresses {
  return new Map(addresses.map((one) => [lookupHash(one.address, one.medium, pepper), one]))
}

/** What a peer answered, for hashes that were asked and Matrix IDs that are some; the rest is passed over. */
export function answersOf(asked: HashedAddresses, mappings: Readonly<Record<string, string>>): PeerAnswers {
  const answers = new Map<string, PeerAnswer>()
  for (const [hash, mxid] of Object.entries(mappings)) {
    const address = asked.get(hash)
    if (address !== undefined && parseUserId(mxid) !== null) {
      answers.set(mappingKey(address), { mxid, until: null })
    }
  }
  return answers
}
