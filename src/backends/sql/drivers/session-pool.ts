import { orAborted } from './or-aborted.ts'
import type { Session } from './session.ts'

/** Longer than most pauses between two lookups, shorter than the idle limits of firewalls and servers. */
const IDLE_MS = 60_000

export interface Lease<S> {
  readonly session: S
  /** True when it was open before: it may have broken without anybody noticing. */
  readonly reused: boolean
  /** Gives it back; a session that is not fit for another statement is closed. Harmless when repeated. */
  release(fit: boolean): void
}

export interface SessionPool<S> {
  /** Waits for a free session or opens one. */
  lease(signal: AbortSignal): Promise<Lease<S>>
  close(): void
}

/** Keeps sessions for the next statement. The clients' own pools cannot be told that a caller stopped waiting. */
export function createSessionPool<S extends Session>(
  size: number,
  open: (signal: AbortSignal) => Promise<S>,
): SessionPool<S> {
  const idle = new Map<S, NodeJS.Timeout>()
  const waiting: (() => void)[] = []
  const leased = new Set<S>()
  let places = size
  let closed = false

  function takeIdle(): S | null {
    for (const [session, timer] of [...idle].reverse()) {
      clearTimeout(timer)
      idle.delete(session)
      if (session.usable) return session
      session.destroy()
    }
    return null
  }

  function keep(session: S): void {
    const timer = setTimeout(() => {
      idle.delete(session)
      session.destroy()
    }, IDLE_MS)
    timer.unref()
    idle.set(session, timer)
  }

  /** Who waits is woken when a place becomes free, and takes it before anybody else can. */
  async function takePlace(signal: AbortSignal): Promise<void> {
    if (places > 0) {
      places -= 1
      return
    }
    const turn = Promise.withResolvers<void>()
    waiting.push(turn.resolve)
    try {
      await orAborted(turn.promise, signal)
    } catch (error) {
      const place = waiting.indexOf(turn.resolve)
      if (place === -1) freePlace()
      else waiting.splice(place, 1)
      throw error
    }
  }

  function freePlace(): void {
    const next = waiting.shift()
    if (next === undefined) places += 1
    else next()
  }

  return {
    async lease(signal) {
      await takePlace(signal)
      const kept = takeIdle()
      let session: S
      try {
        session = kept ?? (await open(signal))
      } catch (error) {
        freePlace()
        throw error
      }
      leased.add(session)
      if (closed) session.destroy()
      let released = false
      return {
        session,
        reused: kept !== null,
        release(fit) {
          if (released) return
          released = true
          leased.delete(session)
          if (fit && session.usable && !closed) keep(session)
          else session.destroy()
          freePlace()
        },
      }
    },
    close() {
      closed = true
      for (const session of [...idle.keys(), ...leased]) session.destroy()
      for (const timer of idle.values()) clearTimeout(timer)
      idle.clear()
    },
  }
}
