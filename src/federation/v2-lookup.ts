import { z } from 'zod'
import type { ThreePid } from '../matrix/threepid.ts'
import { answersOf, hashAddresses } from './hashed.ts'
import type { PeerAccounts } from './peer-accounts.ts'
import { readAnswer } from './peer-client.ts'
import { PeerFailure, unusual } from './peer-failure.ts'
import type { Peer, PeerAnswers } from './peer.ts'
import { checkPepper, type Peppers } from './peppers.ts'
import type { Protocol } from './protocol.ts'
import { hashDetailsSchema } from './wire.ts'

export interface V2LookupOptions {
  readonly accounts: PeerAccounts
  readonly peppers: Peppers
}

const v2 = '/_matrix/identity/v2'
const lookupSchema = z.looseObject({ mappings: z.record(z.string(), z.string()) })

/** Hashed lookups with an account of ours (Identity Service API, "Association lookup"). Never in clear. */
export function createV2Lookup({ accounts, peppers }: V2LookupOptions): Protocol {
  async function fetchPepper(peer: Peer, signal: AbortSignal): Promise<string> {
    const response = await accounts.ask(peer, { path: `${v2}/hash_details`, signal })
    const details = readAnswer(response, hashDetailsSchema, 'The question for the pepper')
    if (!details.algorithms.includes('sha256')) {
      throw new PeerFailure('answer', 'It answers no sha256 hashes, and is told nothing in clear.', unusual)
    }
    return details.lookup_pepper
  }

  return {
    name: 'v2',
    lookup: async (peer, addresses: readonly ThreePid[], signal): Promise<PeerAnswers> =>
      await peppers.use(
        peer,
        () => fetchPepper(peer, signal),
        async (pepper) => {
          const asked = hashAddresses(addresses, pepper)
          const body = { algorithm: 'sha256', pepper, addresses: [...asked.keys()] }
          const response = await accounts.ask(peer, { path: `${v2}/lookup`, body, signal })
          checkPepper(response)
          return answersOf(asked, readAnswer(response, lookupSchema, 'The lookup').mappings)
        },
      ),
  }
}
