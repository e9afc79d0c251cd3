import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { decodeBase64, encodeBase64 } from '../matrix/base64.ts'
import type { Clock } from '../runtime.ts'
import type { PeerDiscovery } from './discovery.ts'
import { isMissing, readAnswer, type PeerClient } from './peer-client.ts'
import { PeerFailure } from './peer-failure.ts'
import type { Peer } from './peer.ts'

/** The signing keys of other identity servers, fetched from themselves and kept for a while. */
export interface PeerKeys {
  /**
   * The public key (unpadded base64) that the peer publishes under `keyId`; null when it publishes none. Throws
   * PeerFailure when it cannot be asked.
   */
  ofPeer(peer: Peer, keyId: string, signal: AbortSignal): Promise<string | null>
  /** The same for the identity server that DNS names for `domain`; null also when it names none. */
  ofDomain(domain: string, keyId: string, signal: AbortSignal): Promise<string | null>
}

export interface PeerKeysOptions {
  readonly discovery: PeerDiscovery
  readonly client: PeerClient
  readonly clock: Clock
}

interface KnownKey {
  readonly key: string
  readonly fetchedAt: number
}

interface Entry {
  /** The last few, the newest last. */
  readonly keys: Map<string, KnownKey>
  /** When fetches began lately. */
  fetches: number[]
}

const keyIdPattern = /^ed25519:\w{1,64}$/
const keySchema = z.looseObject({ public_key: z.string().max(255) })
const bases = ['/_matrix/identity/v2', '/_matrix/identity/api/v1']

/** A key is asked for again after an hour, and used for a day while its owner cannot be asked. */
const FRESH_MS = 3_600_000
const LONGEST_MS = 24 * FRESH_MS
/** Whoever invents key ids makes Signpost ask a peer so often in this time, not more. */
const MAX_FETCHES = 4
const FETCH_WINDOW_MS = 60_000
const MAX_PEERS = 10_000
const MAX_KEYS = 8

export function createPeerKeys({ discovery, client, clock }: PeerKeysOptions): PeerKeys {
  const cache = new LRUCache<string, Entry>({ max: MAX_PEERS })
  const underWay = new Map<string, Promise<string | null>>()

  function entryOf(peer: Peer): Entry {
    const known = cache.get(peer.name)
    if (known !== undefined) return known
    const fresh: Entry = { keys: new Map(), fetches: [] }
    cache.set(peer.name, fresh)
    return fresh
  }

  async function fetchKey(peer: Peer, keyId: string, signal: AbortSignal): Promise<string | null> {
    for (const base of bases) {
      const response = await client.ask(peer, { path: `${base}/pubkey/${keyId}`, signal })
      if (isMissing(response)) continue
      const bytes = decodeBase64(
        readAnswer(response, keySchema, 'The question for the signing key').public_key,
      )
      return bytes?.length === 32 ? encodeBase64(bytes) : null
    }
    return null
  }

  async function refresh(
    peer: Peer,
    keyId: string,
    entry: Entry,
    signal: AbortSignal,
  ): Promise<string | null> {
    entry.fetches.push(clock.now())
    const known = entry.keys.get(keyId)
    try {
      const key = await fetchKey(peer, keyId, signal)
      entry.keys.delete(keyId)
      if (key !== null) entry.keys.set(keyId, { key, fetchedAt: clock.now() })
      const [oldest] = entry.keys.keys()
      if (entry.keys.size > MAX_KEYS && oldest !== undefined) entry.keys.delete(oldest)
      return key
    } catch (error) {
      if (known === undefined || !(error instanceof PeerFailure)) throw error
      return known.key
    }
  }

  function shared(peer: Peer, keyId: string, entry: Entry, signal: AbortSignal): Promise<string | null> {
    const id = `${peer.name} ${keyId}`
    const running = underWay.get(id)
    if (running !== undefined) return running
    const fetched = refresh(peer, keyId, entry, signal).finally(() => underWay.delete(id))
    underWay.set(id, fetched)
    return fetched
  }

  async function ofPeer(peer: Peer, keyId: string, signal: AbortSignal): Promise<string | null> {
    if (!keyIdPattern.test(keyId)) return null
    const now = clock.now()
    const entry = entryOf(peer)
    const known = entry.keys.get(keyId)
    if (known !== undefined && now < known.fetchedAt + FRESH_MS) return known.key
    if (known !== undefined && now >= known.fetchedAt + LONGEST_MS) entry.keys.delete(keyId)
    entry.fetches = entry.fetches.filter((at) => now < at + FETCH_WINDOW_MS)
    if (entry.fetches.length < MAX_FETCHES) return await shared(peer, keyId, entry, signal)
    return entry.keys.get(keyId)?.key ?? null
  }

  return {
    ofPeer,
    async ofDomain(domain, keyId, signal) {
      if (!keyIdPattern.test(keyId)) return null
      const { peer } = await discovery.find(domain)
      return peer === null ? null : await ofPeer(peer, keyId, signal)
    },
  }
}
