import { z } from 'zod'
import { mappingKey } from '../lookup/mappings.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import { canonicalAddress, isMedium, type ThreePid } from '../matrix/threepid.ts'
import type { Clock } from '../runtime.ts'
import { inParallel } from './in-parallel.ts'
import { readAnswer, type PeerClient } from './peer-client.ts'
import { PeerFailure, unusable } from './peer-failure.ts'
import type { PeerKeys } from './peer-keys.ts'
import type { Peer, PeerAnswer, PeerAnswers } from './peer.ts'
import type { Protocol } from './protocol.ts'
import { readAssociation } from './v1-answer.ts'

export interface V1LookupOptions {
  readonly client: PeerClient
  readonly keys: PeerKeys
  readonly clock: Clock
}

export const v1 = '/_matrix/identity/api/v1'
/**
 * Up to this many addresses are asked one by one: only single answers are signed, and mxisd's bulk lookup leaves out
 * people of an SQL directory.
 */
const MAX_SINGLE = 10
const AT_ONCE = 4

const bulkSchema = z.looseObject({ threepids: z.array(z.array(z.string().nullable())) })

/** Lookups in clear (r0.3.0), for servers that know nothing else. */
export function createV1Lookup({ client, keys, clock }: V1LookupOptions): Protocol {
  async function single(peer: Peer, address: ThreePid, signal: AbortSignal): Promise<PeerAnswer | null> {
    const response = await client.ask(peer, { path: singlePath(address), signal })
    const raw = readAnswer(response, z.looseObject({}), 'The lookup')
    return await readAssociation(raw, address, clock.now(), (keyId) => keys.ofPeer(peer, keyId, signal))
  }

  async function bulk(peer: Peer, addresses: readonly ThreePid[], signal: AbortSignal): Promise<PeerAnswers> {
    const body = { threepids: addresses.map(({ medium, address }) => [medium, address]) }
    const response = await client.ask(peer, { path: `${v1}/bulk_lookup`, body, signal })
    return readBulk(readAnswer(response, bulkSchema, 'The lookup of many').threepids, addresses)
  }

  return {
    name: 'v1',
    async lookup(peer, addresses, signal) {
      if (addresses.length > MAX_SINGLE) return await bulk(peer, addresses, signal)
      const outcomes = await inParallel(addresses, AT_ONCE, async (address) => {
        try {
          return { address, answer: await single(peer, address, signal) }
        } catch (error) {
          // What is wrong with one association says little about the others.
          if (error instanceof PeerFailure && unusable.has(error.code)) return { address, error }
          throw error
        }
      })
      const failed = outcomes.find((outcome) => 'error' in outcome)
      if (failed !== undefined && outcomes.every((outcome) => 'error' in outcome)) throw failed.error
      return new Map(outcomes.flatMap(toEntry))
    },
  }
}

type Outcome =
  | { readonly address: ThreePid; readonly answer: PeerAnswer | null }
  | { readonly address: ThreePid; readonly error: PeerFailure }

function toEntry(outcome: Outcome): (readonly [string, PeerAnswer])[] {
  if ('error' in outcome || outcome.answer === null) return []
  return [[mappingKey(outcome.address), outcome.answer]]
}

export function singlePath({ medium, address }: ThreePid): string {
  return `${v1}/lookup?${new URLSearchParams({ medium, address })}`
}

/** Triples of medium, address and Matrix ID. What was not asked, or is no triple, is passed over. */
function readBulk(triples: readonly (readonly (string | null)[])[], asked: readonly ThreePid[]): PeerAnswers {
  const open = new Set(asked.map(mappingKey))
  const answers = new Map<string, PeerAnswer>()
  for (const [medium, text, mxid] of triples) {
    if (!isMedium(medium) || typeof text !== 'string' || typeof mxid !== 'string') continue
    const address = canonicalAddress(medium, text)
    if (address === null || parseUserId(mxid) === null) continue
    const key = mappingKey({ medium, address })
    if (open.has(key)) answers.set(key, { mxid, until: null })
  }
  return answers
}
