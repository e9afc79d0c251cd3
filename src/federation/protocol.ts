import { LRUCache } from 'lru-cache'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Clock } from '../runtime.ts'
import type { Peer, PeerAnswers } from './peer.ts'
import { PeerFailure, type PeerFailureCode } from './peer-failure.ts'

export type ProtocolName = 'signed' | 'v2' | 'v1'

/** One way to ask a peer for e-mail addresses of its domain. */
export interface Protocol {
  readonly name: ProtocolName
  /** Throws PeerFailure; `not-spoken` when the peer does not know this way. */
  lookup(peer: Peer, addresses: readonly ThreePid[], signal: AbortSignal): Promise<PeerAnswers>
}

export interface ProtocolsAnswer {
  readonly protocol: ProtocolName
  readonly answers: PeerAnswers
}

/** Asks each peer in the best way that it knows. */
export interface Protocols {
  /** Throws PeerFailure. */
  lookup(peer: Peer, addresses: readonly ThreePid[], signal: AbortSignal): Promise<ProtocolsAnswer>
}

export interface ProtocolsOptions {
  /** Those that the configuration allows, the best first. */
  readonly protocols: readonly Protocol[]
  readonly clock: Clock
}

/** How long a peer is not asked again whether it has learnt a better way. */
const REMEMBER_MS = 3_600_000
const MAX_PEERS = 10_000
/** After these the next way may work; after any other it would not either, or the peer is at work on an answer. */
const goOnAfter: ReadonlySet<PeerFailureCode> = new Set(['not-spoken', 'account', 'terms'])

export function createProtocols({ protocols, clock }: ProtocolsOptions): Protocols {
  const spoken = new LRUCache<string, { readonly name: ProtocolName; readonly until: number }>({
    max: MAX_PEERS,
  })

  /** From the remembered way on: the better ones were not spoken a while ago. */
  function candidates(peer: Peer): readonly Protocol[] {
    const known = spoken.get(peer.name)
    if (known === undefined || clock.now() >= known.until) return protocols
    return protocols.slice(protocols.findIndex(({ name }) => name === known.name))
  }

  function remember(peer: Peer, { name }: Protocol): void {
    const known = spoken.get(peer.name)
    if (known?.name === name && clock.now() < known.until) return
    spoken.set(peer.name, { name, until: clock.now() + REMEMBER_MS })
  }

  return {
    async lookup(peer, addresses, signal) {
      const failures: PeerFailure[] = []
      for (const protocol of candidates(peer)) {
        try {
          const answers = await protocol.lookup(peer, addresses, signal)
          // Terms and accounts may be mended before an hour is over, and the better way then works.
          if (failures.every(({ code }) => code === 'not-spoken')) remember(peer, protocol)
          return { protocol: protocol.name, answers }
        } catch (error) {
          if (!(error instanceof PeerFailure) || !goOnAfter.has(error.code)) throw error
          failures.push(error)
        }
      }
      spoken.delete(peer.name)
      throw failures.find(({ code }) => code !== 'not-spoken') ?? nothingInCommon(protocols)
    },
  }
}

function nothingInCommon(protocols: readonly Protocol[]): PeerFailure {
  const names = protocols.map(({ name }) => name)
  const missing = [
    ...(names.includes('v2') ? [] : ['federation.account for servers with the v2 API']),
    ...(names.includes('v1') ? [] : ['federation.outbound.plain for servers with the v1 API only']),
  ]
  return new PeerFailure(
    'not-spoken',
    `It knows none of the APIs that may be used: ${names.join(', ')}.`,
    missing.length === 0
      ? 'Its operator has to see what answers there.'
      : `If you want that, set ${missing.join(', or ')}.`,
  )
}
