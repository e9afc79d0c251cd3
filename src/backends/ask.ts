import type { Backend, Asking, BackendUse, Requester } from './backend.ts'
import { createBreaker, type BreakerState } from './breaker.ts'
import { createBackendContext, type BackendWorld } from './context.ts'
import { asBackendFailure, BackendFailure } from './failure.ts'
import { createBackend } from './kinds.ts'
import { isUsedFor } from './mirrored.ts'
import type { BackendConfig } from './sections.ts'

/** How a question to a backend ended. */
export type Asked<T> =
  | { readonly outcome: 'answered'; readonly value: T; readonly ms: number }
  | { readonly outcome: 'failed'; readonly failure: BackendFailure; readonly ms: number }
  /** Not asked: it failed too often a moment ago. `failure` is the last one. */
  | { readonly outcome: 'skipped'; readonly failure: BackendFailure; readonly ms: 0 }

/** A backend as the features ask it: with its time limit, and left alone while it is broken. */
export interface AskedBackend {
  readonly id: string
  readonly config: BackendConfig
  isUsedFor(use: BackendUse): boolean
  /** `work` gets the backend and what its time allows. Never rejects. */
  ask<T>(
    use: BackendUse | 'check',
    requester: Requester | null,
    work: (backend: Backend, asking: Asking) => Promise<T>,
  ): Promise<Asked<T>>
  state(): { readonly breaker: BreakerState; readonly lastFailure: BackendFailure | null }
  close(): Promise<void>
}

/** Told of every question that went out. */
export type ObserveAsked = (
  backend: string,
  use: string,
  outcome: 'answered' | 'failed',
  ms: number,
  /** Null unless it failed. */
  failure: BackendFailure | null,
) => void

export function createAskedBackend(
  config: BackendConfig,
  world: BackendWorld,
  observe: ObserveAsked = () => {},
): AskedBackend {
  const { clock, random, log } = world.runtime
  const context = createBackendContext(config, world)
  const breaker = createBreaker(clock, random)
  let opened: Promise<Backend> | null = null
  let lastFailure: BackendFailure | null = null
  let closed = false

  /** Built with the first question: what is wrong with its settings is that question's failure, and may be mended later. */
  function open(): Promise<Backend> {
    if (closed) throw new BackendFailure('closed', 'Signpost is stopping.', 'Ask again when it runs.')
    if (opened === null) {
      const opening = createBackend(config, context)
      opened = opening
      opening.catch(() => {
        if (opened === opening) opened = null
      })
    }
    return opened
  }

  async function withinTime<T>(
    requester: Requester | null,
    work: (b: Backend, a: Asking) => Promise<T>,
  ): Promise<T> {
    const signal = AbortSignal.timeout(context.timeoutMs)
    // The backend should end by itself at the signal; whatever it does, nobody waits longer.
    return await untilAborted(
      open().then((backend) => work(backend, { signal, requester })),
      signal,
      () => timedOut(config.id, context.timeoutMs),
    )
  }

  function noteFailure(error: unknown): BackendFailure {
    const failure = asBackendFailure(error)
    if (failure.code === 'internal')
      log.error({ err: error, backend: config.id }, 'a backend failed unexpectedly')
    // The first failure of a row is news; the breaker tells of the rest.
    else if (lastFailure === null) {
      log.warn(
        { backend: config.id, code: failure.code, reason: failure.message, fix: failure.fix },
        'a backend failed',
      )
    }
    lastFailure = failure
    // A refused question is an answer: were it counted, a stranger's odd addresses would close the way for everybody.
    if (failure.code === 'query') breaker.succeeded()
    else breaker.failed()
    return failure
  }

  return {
    id: config.id,
    config,
    isUsedFor: (use) => isUsedFor(config, use),
    async ask(use, requester, work) {
      if (!breaker.admit()) {
        const failure = lastFailure ?? timedOut(config.id, context.timeoutMs)
        return { outcome: 'skipped', failure, ms: 0 }
      }
      const begun = clock.now()
      try {
        const value = await withinTime(requester, work)
        breaker.succeeded()
        if (lastFailure !== null) log.warn({ backend: config.id }, 'a backend answers again')
        lastFailure = null
        const ms = clock.now() - begun
        observe(config.id, use, 'answered', ms, null)
        return { outcome: 'answered', value, ms }
      } catch (error) {
        const failure = noteFailure(error)
        const ms = clock.now() - begun
        observe(config.id, use, 'failed', ms, failure)
        return { outcome: 'failed', failure, ms }
      }
    },
    state: () => ({ breaker: breaker.state(), lastFailure }),
    async close() {
      closed = true
      const backend = await opened?.catch(() => null)
      await backend?.close()
    },
  }
}

function timedOut(id: string, timeoutMs: number): BackendFailure {
  return new BackendFailure(
    'timeout',
    `There was no answer within ${timeoutMs} ms.`,
    `Look at the directory; if it is only slow, raise the timeout of the backend "${id}".`,
  )
}

/** The outcome of `work`, or a rejection with `reason` when the signal comes first; a late failure is nobody's. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal, reason: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(reason())
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
