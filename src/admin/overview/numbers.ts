import type { Activity } from '../../activity/activity.ts'
import { meterNames } from '../../activity/counters/count-entry.ts'
import type { InvitationState, OutboxState } from '../../storage/schema.ts'
import type { Storage } from '../../storage/storage.ts'
import type { OverviewNumbers } from '../map/shapes.ts'

export interface NumberSources {
  readonly storage: Storage
  readonly activity: Pick<Activity, 'counters'>
}

/** States in which an invitation still waits for somebody. */
const waiting: readonly InvitationState[] = ['pending', 'resolved']

export async function readNumbers({ storage, activity }: NumberSources): Promise<OverviewNumbers> {
  const { counters } = activity
  const { times } = counters.lately(meterNames.lookups)
  const [invitationsWaiting, messagesWaiting, messagesFailed] = await Promise.all([
    countInvitations(storage, waiting),
    countMessages(storage, ['queued', 'sending']),
    countMessages(storage, ['failed']),
  ])
  return {
    lookupsToday: counters.today(meterNames.lookups),
    foundToday: counters.today(meterNames.found),
    lookupsPerMinute: counters.lastMinute(meterNames.lookups).calls,
    p50: times.percentile(0.5),
    p95: times.percentile(0.95),
    invitationsWaiting,
    messagesWaiting,
    messagesFailed,
    refusedToday: counters.today(meterNames.refused),
  }
}

async function countInvitations({ db }: Storage, states: readonly InvitationState[]): Promise<number> {
  const row = await db
    .selectFrom('invitations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', 'in', states)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

async function countMessages({ db }: Storage, states: readonly OutboxState[]): Promise<number> {
  const row = await db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', 'in', states)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
