import type { z } from 'zod'
import {
  dependencyId,
  type Dependencies,
  type Dependency,
  type DependencyKind,
} from '../../activity/counters/dependencies.ts'
import { addMeters, meterIn, type Meters } from '../../activity/counters/meter.ts'
import type { chartsContract } from './contract.ts'
import type { RangeShape } from './ranges.ts'
import type { Steps } from './steps.ts'

type Listed = z.input<
  (typeof chartsContract)['GET /api/charts/dependencies']['answer']
>['dependencies'][number]

const kinds: readonly DependencyKind[] = ['backend', 'homeserver', 'mail', 'sms', 'central', 'bridge', 'peer']
/** Peers are many: the ones that were asked most are shown. */
const MOST = 60

/** Everything that was called in these steps, in the order of its kind; what was called since the start comes with its state. */
export function dependenciesOf(
  { from, meters }: Steps,
  { stepMs }: RangeShape,
  health: Pick<Dependencies, 'health' | 'all'>,
): Listed[] {
  const sum: Meters = new Map()
  for (const step of meters) if (step !== null) addMeters(sum, step)
  const called = [...sum.keys()].flatMap((name) => dependencyOf(name) ?? [])
  const all = new Map([...health.all(), ...called].map((each) => [dependencyId(each), each]))
  return [...all.entries()]
    .map(([id, { kind, name }]) => {
      const meter = meterIn(sum, id)
      return {
        ...{ id, kind, name, state: health.health(id)?.state ?? ('unknown' as const) },
        beats: meters.map((step, index) => beatOf(step, id, from + index * stepMs)),
        ...{ calls: meter.calls, failures: meter.failures },
        p50: meter.times.percentile(0.5),
        p95: meter.times.percentile(0.95),
      }
    })
    .toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || b.calls - a.calls)
    .slice(0, MOST)
}

function beatOf(step: Meters | null, id: string, at: number): Listed['beats'][number] {
  const meter = step?.get(id)
  if (meter === undefined || meter.calls === 0) return null
  return { at, calls: meter.calls, failures: meter.failures, p50: meter.times.percentile(0.5) }
}

/** Null for a name that counts something else. */
function dependencyOf(id: string): Dependency | null {
  const [first = '', ...rest] = id.split(' ')
  const kind = kinds.find((each) => each === first)
  return kind === undefined ? null : { kind, name: rest.join(' ') }
}
