import type { Activity } from '../../activity/activity.ts'
import { meterNames } from '../../activity/counters/count-entry.ts'
import { HOUR_MS } from '../../activity/counters/counters.ts'
import type { Clock } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Handlers } from '../api/serve.ts'
import { readSteps, seriesOf } from '../charts/steps.ts'
import type { overviewContract } from './contract.ts'
import { readNotices, type NoticeSources } from './notices.ts'
import { readNumbers } from './numbers.ts'

export interface OverviewOptions extends Omit<NoticeSources, 'numbers' | 'now'> {
  readonly clock: Clock
  readonly storage: Storage
  readonly activity: Activity
  readonly startedAt: number
}

const lastDay = { counted: 'hour', stepMs: HOUR_MS, steps: 24 } as const

export function createOverviewHandlers(options: OverviewOptions): Handlers<typeof overviewContract> {
  return {
    async 'GET /api/overview'() {
      const now = options.clock.now()
      const { counters } = options.activity
      const [numbers, steps] = await Promise.all([readNumbers(options), readSteps(counters, lastDay, now)])
      const series = (name: string) => seriesOf(steps, name, ({ calls }) => calls).map((calls) => calls ?? 0)
      const notices = await readNotices({ ...options, numbers, now })
      return {
        at: now,
        startedAt: options.startedAt,
        numbers,
        cards: [
          card('lookups', numbers.lookupsToday, series(meterNames.lookups), '/activity?kind=lookup'),
          card('found', numbers.foundToday, series(meterNames.found), '/activity?kind=lookup&outcome=ok'),
          card('binds', counters.today(meterNames.bound), series(meterNames.bound), '/activity?kind=bind'),
          card('invitations-waiting', numbers.invitationsWaiting, [], '/invitations?state=pending,resolved'),
          card(
            'messages-failed',
            numbers.messagesFailed,
            series(meterNames.notSent),
            '/notifications?state=failed',
          ),
          card('refused', numbers.refusedToday, series(meterNames.refused), '/activity?outcome=refused'),
        ],
        notices: [...notices],
      }
    },
  }
}

type CardId = 'lookups' | 'found' | 'binds' | 'invitations-waiting' | 'messages-failed' | 'refused'

function card(id: CardId, value: number, series: number[], link: string) {
  return { id, value, series, link }
}
