import type { Activity } from '../../activity/activity.ts'
import { invitationMeter, meterNames } from '../../activity/counters/count-entry.ts'
import type { Clock } from '../../runtime.ts'
import type { Handlers } from '../api/serve.ts'
import type { chartsContract } from './contract.ts'
import { dependenciesOf } from './dependencies.ts'
import { beatShapes, rangeShapes } from './ranges.ts'
import { readSteps, seriesOf, timesOf, type Steps } from './steps.ts'

export interface ChartOptions {
  readonly clock: Clock
  readonly activity: Pick<Activity, 'counters' | 'dependencies'>
}

export function createChartHandlers({ clock, activity }: ChartOptions): Handlers<typeof chartsContract> {
  const { counters, dependencies } = activity
  return {
    async 'GET /api/charts'({ query: { range } }) {
      const shape = rangeShapes[range]
      const steps = await readSteps(counters, shape, clock.now())
      return { range, from: steps.from, stepMs: shape.stepMs, steps: shape.steps, ...chartsOf(steps) }
    },

    async 'GET /api/charts/dependencies'({ query: { range } }) {
      const shape = beatShapes[range]
      const steps = await readSteps(counters, shape, clock.now())
      return { range, beatMs: shape.stepMs, dependencies: dependenciesOf(steps, shape, dependencies) }
    },
  }
}

function chartsOf(steps: Steps) {
  const calls = (name: string) => seriesOf(steps, name, (meter) => meter.calls)
  const reached = (state: string) => calls(invitationMeter(state))
  const { lookups } = meterNames
  return {
    lookups: {
      requests: calls(lookups),
      asked: calls(meterNames.asked),
      found: calls(meterNames.found),
      p50: timesOf(steps, lookups, 0.5),
      p95: timesOf(steps, lookups, 0.95),
      p99: timesOf(steps, lookups, 0.99),
    },
    validations: {
      started: calls(meterNames.validationsStarted),
      finished: calls(meterNames.validationsFinished),
    },
    binds: { bound: calls(meterNames.bound), unbound: calls(meterNames.unbound) },
    invitations: {
      created: reached('pending'),
      delivered: reached('delivered'),
      accepted: reached('accepted'),
      expired: reached('expired'),
      revoked: reached('revoked'),
      failed: reached('failed'),
    },
    messages: { sent: calls(meterNames.sent), failed: calls(meterNames.notSent) },
    refused: calls(meterNames.refused),
  }
}
