import { BackendFailure } from '../../failure.ts'
import type { BackendContext } from '../../kind.ts'
import { orAbort } from './abort.ts'
import type { Connector } from './connector.ts'
import type { LdapSession } from './session.ts'

/** The connection that all short questions share. */
export interface Directory {
  /** Does `work`, and once more on a fresh connection when the one at hand turned out to be dead. For reads alone. */
  ask<T>(work: (session: LdapSession, signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>
  /** A connection for one purpose, which the caller closes. `login`: nobody is logged in on it. */
  open(purpose: 'listing' | 'login', signal: AbortSignal): Promise<LdapSession>
  close(): Promise<void>
}

/** A connection that was silent for so long may be half-open: firewalls forget, servers lose power. */
const SILENT_MS = 5_000
/** How long a stand-in is used until the first server gets another chance. */
const STAND_IN_MS = 300_000

interface Shared {
  readonly session: LdapSession
  readonly since: number
}

export function createDirectory(connector: Connector, context: BackendContext): Directory {
  const { clock, timeoutMs, log } = context
  const closing = new AbortController()
  const open = new Set<LdapSession>()
  let shared: Shared | null = null
  let opening: Promise<LdapSession> | null = null

  async function keep(session: LdapSession): Promise<LdapSession> {
    for (const other of open) if (!other.isOpen()) open.delete(other)
    if (closing.signal.aborted) {
      session.close()
      throw closing.signal.reason
    }
    open.add(session)
    return session
  }

  /** For all who wait, so that nobody's impatience fails the others. */
  function connect(): Promise<LdapSession> {
    opening ??= connector
      .open(AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]))
      .then(keep)
      .then((session) => {
        log.debug({ server: session.server }, 'connected to the directory')
        shared = { session, since: clock.now() }
        return session
      })
      .finally(() => {
        opening = null
      })
    return opening
  }

  function current(): LdapSession | null {
    if (shared === null || !shared.session.isOpen()) return null
    const { session, since } = shared
    const isFirst = session.server === connector.servers()[0]?.label
    if (isFirst || clock.now() - since < STAND_IN_MS) return session
    session.retire()
    return null
  }

  async function ask<T>(
    work: (session: LdapSession, signal: AbortSignal) => Promise<T>,
    outer: AbortSignal,
  ): Promise<T> {
    const signal = AbortSignal.any([closing.signal, outer])
    const session = current()
    if (session !== null) {
      const isSilent = clock.now() - session.lastHeard() > SILENT_MS
      // Half of the time stays for a fresh connection.
      const patience = isSilent ? AbortSignal.any([signal, AbortSignal.timeout(timeoutMs / 2)]) : signal
      try {
        return await work(session, patience)
      } catch (error) {
        const isDead = error instanceof BackendFailure && (error.code === 'connect' || patience.aborted)
        if (!isDead || signal.aborted) throw error
        log.debug({ server: session.server, code: error.code }, 'connecting to the directory anew')
        session.retire()
      }
    }
    return await work(await orAbort(connect(), signal, 'The directory'), signal)
  }

  return {
    ask,
    async open(purpose, outer) {
      const signal = AbortSignal.any([closing.signal, outer, AbortSignal.timeout(timeoutMs)])
      return await keep(await (purpose === 'login' ? connector.openForLogin(signal) : connector.open(signal)))
    },
    async close() {
      const fix = 'Nothing: Signpost is shutting down.'
      closing.abort(new BackendFailure('closed', 'The backend was closed.', fix))
      for (const session of open) session.close()
      open.clear()
    },
  }
}
