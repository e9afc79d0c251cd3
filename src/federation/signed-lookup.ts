import { decodeBase64 } from '../matrix/base64.ts'
import { parseServerName } from '../matrix/identifiers.ts'
import { signJson, verifyJson, type SigningKey } from '../matrix/signing.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { HttpResponse } from '../net/http-client.ts'
import type { Clock, Random } from '../runtime.ts'
import { answersOf, hashAddresses } from './hashed.ts'
import {
  isInTrouble,
  jsonIn,
  matrixErrorIn,
  readAnswer,
  statusFailure,
  type PeerClient,
} from './peer-client.ts'
import { PeerFailure, unusual } from './peer-failure.ts'
import type { PeerKeys } from './peer-keys.ts'
import type { Peer, PeerAnswers } from './peer.ts'
import { checkPepper, type Peppers } from './peppers.ts'
import type { Protocol } from './protocol.ts'
import {
  federationPath,
  hashDetailsSchema,
  lookupAnswerSchema,
  WINDOW_MS,
  type LookupAnswer,
  type LookupRequest,
} from './wire.ts'

export interface SignedLookupOptions {
  readonly client: PeerClient
  readonly keys: PeerKeys
  readonly peppers: Peppers
  readonly clock: Clock
  readonly random: Random
  /** Our Matrix domain, in whose name we sign. */
  readonly origin: string
  /** The key that signs. Throws PeerFailure when there is none yet. */
  readonly signer: () => SigningKey
}

/** What one exchange showed, for `signpost federation check`. */
export interface SignedExchange {
  readonly answers: PeerAnswers
  /** Matrix domain of the peer. */
  readonly origin: string
  readonly keyId: string
}

/** The signed lookup between two Signposts (`wire.ts`, `docs/federation.md`): hashes only, both sides prove who they are. */
export interface SignedLookup extends Protocol {
  readonly name: 'signed'
  /** As `lookup`, for any number of addresses, also none. */
  exchange(peer: Peer, addresses: readonly ThreePid[], signal: AbortSignal): Promise<SignedExchange>
}

const NONCE_BYTES = 16
/** Of the keys that an answer is signed with, this many are asked for. */
const MAX_SIGNATURES = 4

export function createSignedLookup(options: SignedLookupOptions): SignedLookup {
  const { client, keys, peppers, clock, random, origin, signer } = options

  async function fetchPepper(peer: Peer, signal: AbortSignal): Promise<string> {
    const response = await client.ask(peer, { path: `${federationPath}/hash_details`, signal })
    if (!isOurs(response)) {
      throw new PeerFailure('not-spoken', 'It does not know the signed lookup of Signpost.', unusual)
    }
    const details = readAnswer(response, hashDetailsSchema, 'The question for the pepper')
    if (!details.algorithms.includes('sha256')) {
      throw new PeerFailure('answer', 'It does not answer sha256 hashes.', unusual)
    }
    return details.lookup_pepper
  }

  function signedRequest(peer: Peer, pepper: string, hashes: readonly string[]): LookupRequest {
    const request = {
      origin,
      destination: peer.name,
      ts: clock.now(),
      nonce: random.bytes(NONCE_BYTES).toString('base64url'),
      algorithm: 'sha256' as const,
      pepper,
      addresses: [...hashes],
    }
    return signJson(request, origin, signer())
  }

  /** The id of the key that signed, once the answer is known to be one to `request`. */
  async function verify(
    peer: Peer,
    request: LookupRequest,
    answer: LookupAnswer,
    raw: unknown,
    signal: AbortSignal,
  ): Promise<string> {
    const isToUs = answer.destination === origin && answer.nonce === request.nonce
    if (!isToUs || Math.abs(clock.now() - answer.ts) > WINDOW_MS || parseServerName(answer.origin) === null) {
      throw new PeerFailure('signature', 'The signed answer belongs to another question or time.', clockFix)
    }
    const signatures = Object.entries(ownSignatures(answer))
    for (const [keyId, signature] of signatures.slice(0, MAX_SIGNATURES)) {
      if (decodeBase64(signature) === null) continue
      const key = await keys.ofPeer(peer, keyId, signal)
      if (key !== null && verifyJson(raw, answer.origin, new Map([[keyId, key]]))) return keyId
    }
    const message = `The answer is not signed with a key that ${answer.origin} publishes.`
    throw new PeerFailure('signature', message, 'Its operator has to check its signing keys.')
  }

  async function exchange(
    peer: Peer,
    addresses: readonly ThreePid[],
    signal: AbortSignal,
  ): Promise<SignedExchange> {
    return await peppers.use(
      peer,
      () => fetchPepper(peer, signal),
      async (pepper) => {
        const asked = hashAddresses(addresses, pepper)
        const request = signedRequest(peer, pepper, [...asked.keys()])
        const response = await client.ask(peer, { path: `${federationPath}/lookup`, body: request, signal })
        checkPepper(response)
        checkWelcome(response, origin)
        const answer = readAnswer(response, lookupAnswerSchema, 'The signed lookup')
        const keyId = await verify(peer, request, answer, response.json(), signal)
        return { answers: answersOf(asked, answer.mappings), origin: answer.origin, keyId }
      },
    )
  }

  return {
    name: 'signed',
    exchange,
    lookup: async (peer, addresses, signal) => (await exchange(peer, addresses, signal)).answers,
  }
}

/**
 * The ways in which a peer says that it does not take our question for ours: it looks our key up by our own DNS record.
 * Throws PeerFailure `refused`.
 */
function checkWelcome(response: HttpResponse, origin: string): void {
  const errcode = matrixErrorIn(response)?.errcode
  const ownSide = `Your own record _matrix-identity._tcp.${origin.replace(/:\d+$/, '')} has to lead to this Signpost, reachable from outside.`
  if (response.status === 502 && errcode === 'M_UNKNOWN') {
    throw new PeerFailure('refused', 'It could not fetch our signing key.', ownSide)
  }
  if (response.status === 403 && errcode === 'M_FORBIDDEN') {
    throw new PeerFailure('refused', 'It finds no valid signature of ours in the question.', ownSide)
  }
  if (response.status === 401 && errcode === 'M_UNAUTHORIZED') {
    throw new PeerFailure(
      'refused',
      'It takes the question for an old one.',
      'Compare the clocks of both servers.',
    )
  }
}

const clockFix = 'Compare the clocks of both servers; otherwise its operator has to see what answers there.'

function ownSignatures({ origin, signatures }: LookupAnswer): Readonly<Record<string, string>> {
  return Object.hasOwn(signatures, origin) ? (signatures[origin] ?? {}) : {}
}

/**
 * Whether it is a Signpost that answers `hash_details`, be it with an error. Whatever stands in front of other servers
 * answers paths it does not know in many ways: with pages, with 401, with anything.
 * @throws PeerFailure where the server itself is in trouble, which says nothing about what it speaks.
 */
function isOurs(response: HttpResponse): boolean {
  if (isInTrouble(response)) throw statusFailure(response, 'The question for the pepper')
  if (response.status === 200) return hashDetailsSchema.safeParse(jsonIn(response)).success
  return matrixErrorIn(response)?.errcode === 'M_FORBIDDEN'
}
