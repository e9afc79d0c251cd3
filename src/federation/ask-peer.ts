import { LRUCache } from 'lru-cache'
import { mappingKey, type Mapping } from '../lookup/mappings.ts'
import type { RemoteOpinion } from '../lookup/remote.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import type { AnswerCache } from './answer-cache.ts'
import type { PeerAnswers } from './peer.ts'
import { PeerFailure, unusable } from './peer-failure.ts'
import type { PeerHealth } from './peer-health.ts'

/** On whose account other servers are asked. */
export interface RemoteAsking {
  /** Takes so many addresses from the budget of the requester; false when it is spent. */
  readonly take: (addresses: number) => boolean
  /** Ends everything early; null where nobody waits. */
  readonly signal: AbortSignal | null
}

export type SourceKind = 'federation' | 'central' | 'bridge'

/** How one source is asked. */
export interface PeerQuestion {
  readonly kind: SourceKind
  /** `federation <domain>`, `central <url>` or `bridge <url>`. */
  readonly source: string
  /** Throws PeerFailure. */
  ask(addresses: readonly ThreePid[], signal: AbortSignal): Promise<PeerReply>
}

export interface PeerReply {
  readonly answers: PeerAnswers
  /** Who was asked and how, for operators. */
  readonly detail: string
}

/** Told of every question that went out. */
export type ObservePeer = (asked: AskedPeer) => void

export interface AskedPeer {
  readonly kind: SourceKind
  /** As in `PeerQuestion`. */
  readonly source: string
  readonly outcome: 'found' | 'unknown' | 'failed'
  readonly ms: number
  readonly addresses: readonly ThreePid[]
  readonly found: number
  /** Null unless it failed. */
  readonly failure: PeerFailure | null
}

/** What every question to another server has around it: memory, budget, time limit, and consideration for broken ones. */
export interface PeerAsker {
  /** Mappings by `mappingKey`. Never rejects: who cannot be asked counts as not knowing. */
  find(
    question: PeerQuestion,
    addresses: readonly ThreePid[],
    asking: RemoteAsking,
  ): Promise<ReadonlyMap<string, Mapping>>
  /** Asks now, whatever is remembered, and tells how it went. */
  explain(question: PeerQuestion, address: ThreePid): Promise<RemoteOpinion>
}

export interface PeerAskerOptions {
  readonly runtime: Runtime
  readonly cache: AnswerCache
  readonly health: PeerHealth
  /** Longest wait for one question, everything included, in milliseconds. */
  readonly timeoutMs: number
  readonly observe: ObservePeer
}

const nobody: PeerAnswers = new Map()
/** Questions under way that are remembered, so that one asked twice at the same time goes out once. */
const MAX_UNDER_WAY = 1_000

export function createPeerAsker(options: PeerAskerOptions): PeerAsker {
  const { runtime, cache, health, timeoutMs, observe } = options
  const { clock, log } = runtime
  const underWay = new LRUCache<string, Promise<PeerAnswers>>({ max: MAX_UNDER_WAY })

  async function withinTime(question: PeerQuestion, addresses: readonly ThreePid[]): Promise<PeerReply> {
    const signal = AbortSignal.timeout(timeoutMs)
    const begun = clock.now()
    const tell = (outcome: AskedPeer['outcome'], found: number, failure: PeerFailure | null) => {
      const { kind, source } = question
      observe({ kind, source, outcome, ms: clock.now() - begun, addresses, found, failure })
    }
    try {
      const reply = await untilAborted(question.ask(addresses, signal), signal, timeoutMs)
      const { size } = reply.answers
      tell(size > 0 ? 'found' : 'unknown', size, null)
      return reply
    } catch (error) {
      tell('failed', 0, error instanceof PeerFailure ? error : null)
      throw error
    }
  }

  /** What the source says about addresses of which nothing is remembered. */
  async function askOpen(question: PeerQuestion, addresses: readonly ThreePid[]): Promise<PeerAnswers> {
    const { source } = question
    try {
      const { answers } = await health.guard(source, () => withinTime(question, addresses))
      cache.put(source, addresses, answers)
      return answers
    } catch (error) {
      if (!(error instanceof PeerFailure)) {
        log.error({ err: error, peer: source }, 'a question to another identity server failed unexpectedly')
      } else if (unusable.has(error.code)) cache.put(source, addresses, nobody)
      return nobody
    }
  }

  function askShared(question: PeerQuestion, addresses: readonly ThreePid[]): Promise<PeerAnswers> {
    const key = [question.source, ...addresses.map(mappingKey)].join('\n')
    const running = underWay.get(key)
    if (running !== undefined) return running
    const asked = askOpen(question, addresses).finally(() => underWay.delete(key))
    underWay.set(key, asked)
    return asked
  }

  return {
    async find(question, addresses, asking) {
      const { source } = question
      const found = new Map<string, Mapping>()
      const note = (address: ThreePid, mxid: string | null | undefined) => {
        if (typeof mxid === 'string') found.set(mappingKey(address), toMapping(address, mxid, source))
      }
      const open = addresses.filter((address) => {
        const known = cache.get(source, address)
        note(address, known)
        return known === undefined
      })
      if (open.length === 0 || asking.signal?.aborted === true || !asking.take(open.length)) return found
      const answers = await orAborted(askShared(question, open), asking.signal)
      for (const address of open) note(address, answers.get(mappingKey(address))?.mxid)
      return found
    },

    async explain(question, address) {
      const begun = clock.now()
      const { source } = question
      try {
        const { answers, detail } = await withinTime(question, [address])
        const mxid = answers.get(mappingKey(address))?.mxid ?? null
        return { source, outcome: mxid === null ? 'unknown' : 'found', mxid, ms: clock.now() - begun, detail }
      } catch (error) {
        if (!(error instanceof PeerFailure)) throw error
        const detail = `${error.message} ${error.fix}`
        return { source, outcome: 'failed', mxid: null, ms: clock.now() - begun, detail }
      }
    },
  }
}

function toMapping({ medium, address }: ThreePid, mxid: string, source: string): Mapping {
  return { medium, address, mxid, source, boundAt: null, notBefore: null, notAfter: null }
}

/** What `work` brings, or PeerFailure `timeout` once its time is over: DNS cannot be cut short. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      const fix = 'It is slow or out of reach. Raise federation.outbound.timeout if it always is.'
      reject(new PeerFailure('timeout', `There was no answer within ${timeoutMs} ms.`, fix))
    }
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** A requester who waits no longer leaves the question to whoever else asked it, and to the memory. */
function orAborted(work: Promise<PeerAnswers>, signal: AbortSignal | null): Promise<PeerAnswers> {
  if (signal === null) return work
  return new Promise((resolve, reject) => {
    const stop = () => resolve(nobody)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
