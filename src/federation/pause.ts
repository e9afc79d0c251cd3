import type { RemoteLookup } from '../lookup/remote.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Clock } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'

/**
 * The operator's pause: until it ends, nobody outside is asked about addresses, and other identity servers get no
 * answers. It survives a restart and ends by itself.
 */
export interface FederationPause {
  /** Milliseconds since the epoch; null when federation is not paused. */
  until(): number | null
  /** Pauses until a time; null (or a time that has passed) ends the pause. */
  pause(until: number | null): Promise<void>
  /** Takes over what another process wrote. */
  refresh(): Promise<void>
}

const META_KEY = 'federation paused until'

export async function openFederationPause({ db }: Storage, clock: Clock): Promise<FederationPause> {
  let end = 0

  async function refresh(): Promise<void> {
    const row = await db.selectFrom('meta').select('value').where('key', '=', META_KEY).executeTakeFirst()
    end = Number(row?.value ?? 0)
  }

  await refresh()
  return {
    until: () => (end > clock.now() ? end : null),
    async pause(until) {
      const time = until ?? 0
      const value = String(time)
      await db
        .insertInto('meta')
        .values({ key: META_KEY, value })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
        .execute()
      end = time
    },
    refresh,
  }
}

/** The same lookup, which asks nobody while federation is paused. What goes on then is what this server knows itself. */
export function pausable(remote: RemoteLookup, pause: Pick<FederationPause, 'until'>): RemoteLookup {
  return {
    get asksAnybody() {
      return remote.asksAnybody
    },
    allows: (requester) => pause.until() === null && remote.allows(requester),
    find: async (addresses, requester) =>
      pause.until() === null ? await remote.find(addresses, requester) : new Map(),
    async explain(address) {
      const until = pause.until()
      if (until === null) return await remote.explain(address)
      const detail = `Federation is paused until ${new Date(until).toISOString()}.`
      return [{ source: 'federation', outcome: 'not-asked', mxid: null, ms: 0, detail }]
    },
  }
}

/** What another identity server hears meanwhile. Throws `M_LIMIT_EXCEEDED`: it is to ask again, later. */
export function refuseWhilePaused(pause: Pick<FederationPause, 'until'>, clock: Clock): void {
  const until = pause.until()
  if (until === null) return
  const retry_after_ms = until - clock.now()
  throw new MatrixError('M_LIMIT_EXCEEDED', {
    message: 'Other identity servers are not answered for the moment.',
    fields: { retry_after_ms },
    headers: { 'retry-after': String(Math.ceil(retry_after_ms / 1000)) },
  })
}
