import { retryWaiting } from '../notify/outbox.ts'
import type { OutboxWorker } from '../notify/outbox-worker.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { AwayReport } from './messages.ts'

export interface AwayOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly outbox: Pick<OutboxWorker, 'wake' | 'idle'>
}

/** A machine's sleep: what was waiting is delivered after it, and what it meant is summed up. */
export interface Away {
  /** The machine is about to sleep. */
  begin(): void
  /** It is awake: everything that waits for another attempt is tried now. Null when no sleep had begun. */
  end(): Promise<AwayReport | null>
}

/** Deliveries to homeservers that hang are left out of the report after this. */
const REPORT_WITHIN_MS = 55_000

export function createAway({ storage, runtime, outbox }: AwayOptions): Away {
  let since: number | null = null

  async function deliverNow(): Promise<void> {
    await retryWaiting(storage.db, runtime)
    outbox.wake()
  }

  return {
    begin() {
      since ??= runtime.clock.now()
    },
    async end() {
      const slept = since
      since = null
      const woke = runtime.clock.now()
      await deliverNow()
      if (slept === null) return null
      await within(outbox.idle(), REPORT_WITHIN_MS)
      return { type: 'away', awayMs: Math.max(0, woke - slept), ...(await sumUp(storage, slept, woke)) }
    },
  }
}

async function sumUp(
  { db }: Storage,
  slept: number,
  woke: number,
): Promise<Pick<AwayReport, 'deliveredLate' | 'needsYou'>> {
  const rows = await db
    .selectFrom('invitation_history as history')
    .innerJoin('invitations', 'invitations.id', 'history.invitation_id')
    .select((eb) => ['history.state as state', eb.fn.count<number>('invitations.id').distinct().as('count')])
    .where('history.at', '>=', slept)
    .where('history.state', 'in', ['delivered', 'failed'])
    .where('invitations.created_at', '<', woke)
    .groupBy('history.state')
    .execute()
  const of = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0)
  return { deliveredLate: of('delivered'), needsYou: of('failed') }
}

async function within(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([work, limit]).finally(() => clearTimeout(timer))
}
