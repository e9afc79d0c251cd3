import { setTimeout as sleep } from 'node:timers/promises'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/types.ts'
import { attemptDelivery, className } from './outbox-attempt.ts'
import { backOff } from './outbox-back-off.ts'
import { claimNext, isAnythingDue, noteError, releaseAbandoned, requeue, retire } from './outbox-claims.ts'
import type { Claim, ClaimOptions } from './outbox-claims.ts'
import type {
  OutboxEntry,
  OutboxHandler,
  OutboxOutcome,
  OutboxResult,
  OutboxRetry,
} from './outbox-handler.ts'
import { createLanes, goToTheEnd, holdLane, releaseLane, type LaneAttempt } from './outbox-lanes.ts'

export type { OutboxEntry, OutboxHandler, OutboxOutcome, OutboxResult } from './outbox-handler.ts'

export interface OutboxWorkerOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  /** By kind. Rows of other kinds are left alone. */
  readonly handlers: Readonly<Record<string, OutboxHandler>>
  /** Attempts at the same time; default 8. */
  readonly concurrency?: number
  /** How often to look for due rows; default 1 s. */
  readonly pollMs?: number
  /** How long a claimed row belongs to this worker; default 90 s. */
  readonly leaseMs?: number
}

export interface OutboxStats {
  readonly inFlight: number
  readonly delivered: number
  readonly retried: number
  readonly failed: number
}

/** One per process: at its start on SQLite it takes over every row that is under way. */
export interface OutboxWorker {
  start(): void
  /** Something was enqueued and committed: deliver now. */
  wake(): void
  /** Resolves when nothing is due and nothing is under way. Works without `start()`, too. */
  idle(): Promise<void>
  /** Claims nothing more; attempts under way have 10 s to settle, then they are cut off and count as interrupted. */
  stop(): Promise<void>
  stats(): OutboxStats
}

const STOP_LIMIT_MS = 10_000

/** Delivers what is in the outbox. Nothing happens before `start()` or `idle()`. */
export function createOutboxWorker(options: OutboxWorkerOptions): OutboxWorker {
  const { storage, runtime, handlers, concurrency = 8, pollMs = 1_000, leaseMs = 90_000 } = options
  const kinds = Object.keys(handlers)
  const inFlight = new Map<string, Promise<void>>()
  const lanes = createLanes()
  const counts = { delivered: 0, retried: 0, failed: 0 }
  const stopping = new AbortController()
  const cutOff = new AbortController()
  let isStarted = false
  let tookOver = storage.kind === 'postgres'
  let pumping: Promise<boolean> | null = null
  let pumpAgain = false
  let storageFailures = 0
  let timer: NodeJS.Timeout | undefined

  const claimOptions = (): ClaimOptions => ({
    kinds,
    except: [...inFlight.keys()],
    exceptLanes: lanes.full(),
    now: runtime.clock.now(),
    leaseMs,
  })

  /** Fills the free slots. False when the storage failed. */
  function pump(): Promise<boolean> {
    pumpAgain = true
    pumping ??= fillSlots().finally(() => {
      pumping = null
      // Asked for between the last look and here.
      if (pumpAgain) wake()
    })
    return pumping
  }

  async function fillSlots(): Promise<boolean> {
    clearTimeout(timer)
    try {
      while (pumpAgain) {
        pumpAgain = false
        await claimWhileSlotsAreFree()
      }
      storageFailures = 0
      return true
    } catch (error) {
      storageFailures++
      runtime.log.warn({ error: className(error) }, 'the outbox cannot be read')
      return false
    } finally {
      if (isStarted && !stopping.signal.aborted) {
        timer = setTimeout(wake, Math.min(pollMs * 2 ** storageFailures, 60_000))
      }
    }
  }

  async function claimWhileSlotsAreFree(): Promise<void> {
    if (kinds.length === 0) return
    if (!tookOver) {
      await releaseAbandoned(storage.db, kinds, runtime.clock.now())
      tookOver = true
    }
    while (inFlight.size < concurrency && !stopping.signal.aborted) {
      const claim = await claimNext(storage, claimOptions())
      if (claim === null) return
      const inLane = lanes.begin(claim.entry.lane)
      const attempt = process(claim, inLane).finally(() => {
        inFlight.delete(claim.entry.id)
        lanes.end(inLane)
        wake()
      })
      inFlight.set(claim.entry.id, attempt)
    }
  }

  /** From claim to recorded outcome. Never rejects. */
  async function process({ entry, lastError }: Claim, inLane: LaneAttempt): Promise<void> {
    const handler = handlers[entry.kind]
    if (handler === undefined) return
    const result =
      entry.expiresAt <= runtime.clock.now()
        ? ({ result: 'expired', error: lastError } as const)
        : await attemptDelivery(handler, entry, 0.9 * leaseMs, cutOff.signal)
    // What the receiver has answered must not be forgotten, or it is sent twice. So this goes on until the storage takes
    // it; a feature whose `finished` keeps failing gets its row back in the queue.
    for (let failures = 0; ; failures++) {
      try {
        await record(handler, entry, result, inLane)
        return
      } catch (error) {
        runtime.log.error(
          { id: entry.id, kind: entry.kind, error: className(error) },
          'cannot record an outcome',
        )
        if (failures >= 4 && (await putBack(entry, `recording the outcome: ${className(error)}`))) return
        if (cutOff.signal.aborted) return
        await sleep(Math.min(250 * 2 ** failures, 5_000), undefined, { signal: cutOff.signal }).catch(
          () => {},
        )
      }
    }
  }

  async function record(
    handler: OutboxHandler,
    entry: OutboxEntry,
    result: OutboxResult | OutboxOutcome | null,
    inLane: LaneAttempt,
  ): Promise<void> {
    const now = runtime.clock.now()
    if (result === null) {
      // The row stays under way, so that the next attempt knows that this one may have arrived.
      await noteError(storage.db, entry, 'no answer in time')
      return
    }
    if (result.result === 'retry') {
      if (await postpone(handler, entry, result, inLane)) counts.retried++
      return
    }
    if (result.result !== 'expired') await receiverIsUp(inLane)
    if (!(await retire(storage, entry, result, now, handler))) {
      runtime.log.warn({ id: entry.id, kind: entry.kind }, 'a message was taken over by another process')
    } else if (result.result === 'done') counts.delivered++
    else counts.failed++
  }

  /** Queues the row again, and lets its lane wait with it when the receiver is down. */
  async function postpone(
    handler: OutboxHandler,
    entry: OutboxEntry,
    { error, afterMs, atLeastMs = 0, receiver }: OutboxRetry,
    inLane: LaneAttempt,
  ): Promise<boolean> {
    if (receiver === 'up') await receiverIsUp(inLane)
    const heldLane = receiver === 'down' || receiver === 'silent' ? entry.lane : null
    const now = runtime.clock.now()
    const afterUsual = (attempts: number) => now + backOff(runtime.random, attempts)
    // What a receiver asks for counts for all; that a message has to wait for its own sake does not.
    const afterDown = (failures: number) =>
      Math.max(afterUsual(failures), receiver === 'down' ? now + atLeastMs : 0)
    const until = heldLane === null ? afterUsual(entry.attempts) : lanes.down(inLane, afterDown)
    const ownNext = afterMs === undefined ? Math.max(until, now + atLeastMs) : now + afterMs
    const nextAttemptAt = Math.min(ownNext, entry.expiresAt)
    return storage.transaction(async (tx) => {
      if (!(await requeue(tx, entry, nextAttemptAt, error))) return false
      if (receiver === 'silent') await goToTheEnd(tx, entry.id, runtime.clock.now())
      if (heldLane !== null) await holdLane(tx, heldLane, until, error)
      await handler.postponed?.(entry, { error, nextAttemptAt, receiver, heldLane }, tx)
      return true
    })
  }

  async function receiverIsUp(inLane: LaneAttempt): Promise<void> {
    if (lanes.up(inLane) && inLane.lane !== null)
      await releaseLane(storage.db, inLane.lane, runtime.clock.now())
  }

  async function putBack(entry: OutboxEntry, error: string): Promise<boolean> {
    try {
      await requeue(storage.db, entry, runtime.clock.now() + backOff(runtime.random, entry.attempts), error)
      return true
    } catch {
      return false
    }
  }

  function wake(): void {
    if (isStarted && !stopping.signal.aborted) void pump()
  }

  return {
    start() {
      isStarted = true
      wake()
    },
    wake,
    async idle() {
      while (!stopping.signal.aborted) {
        const isReadable = await pump()
        if (inFlight.size > 0) await Promise.race(inFlight.values())
        else if (!isReadable) await sleep(50)
        else if (kinds.length === 0 || !(await isAnythingDue(storage.db, claimOptions()))) return
      }
    },
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      const limit = setTimeout(() => cutOff.abort(), STOP_LIMIT_MS)
      await pumping
      await Promise.all(inFlight.values())
      clearTimeout(limit)
    },
    stats: () => ({ inFlight: inFlight.size, ...counts }),
  }
}
