import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCounters } from '../../../src/activity/counters/counters.ts'
import { createHistogram } from '../../../src/activity/counters/histogram.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTestRuntime, type TestRuntime } from '../../support/test-runtime.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

describe('a histogram', () => {
  it('knows every percentile to within a fifth', () => {
    const times = createHistogram()
    for (let ms = 1; ms <= 1_000; ms++) times.add(ms)
    for (const [share, exact] of [
      [0.5, 500],
      [0.95, 950],
      [0.99, 990],
    ] as const) {
      const value = times.percentile(share) ?? 0
      expect(Math.abs(value - exact) / exact).toBeLessThan(0.25)
    }
  })

  it('knows nothing of nothing, and takes the shortest and the longest', () => {
    expect(createHistogram().percentile(0.5)).toBeNull()
    const times = createHistogram()
    times.add(0)
    expect(times.percentile(0.5)).toBeLessThanOrEqual(0.1)
    times.add(1e9)
    expect(times.percentile(1)).toBeGreaterThan(30_000)
  })
})

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `counters on ${kind}`, () => {
    let database: TestDatabase
    let storage: Storage
    let runtime: TestRuntime
    beforeEach(async () => {
      database = await create()
      // Noon, wherever this runs: the day has time before and after.
      runtime = createTestRuntime(new Date(2026, 0, 15, 12).getTime())
      storage = await database.open(runtime)
    })
    afterEach(() => database.dispose())

    const counters = (processId = 'one') => createCounters({ storage, runtime, processId })

    it('count by the minute and by the hour', async () => {
      const one = counters()
      const begin = runtime.clock.now()
      one.count('lookups', 3)
      runtime.clock.advance(MINUTE_MS)
      one.count('lookups')
      expect(one.lastMinute('lookups').calls).toBe(3)
      expect(one.today('lookups')).toBe(4)
      const minutes = await one.read('minute', begin)
      expect([...minutes].map(([at, meters]) => [at - begin, meters.get('lookups')?.calls])).toEqual([
        [0, 3],
        [MINUTE_MS, 1],
      ])
      expect((await one.read('hour', begin)).get(begin)?.get('lookups')?.calls).toBe(4)
    })

    it('survive a restart, and add up over all processes', async () => {
      const one = counters('one')
      await one.start()
      one.measure('mail', 20, true)
      one.measure('mail', 20, false)
      await one.stop()
      const two = counters('two')
      await two.start()
      two.measure('mail', 20, true)
      expect(two.today('mail')).toBe(3)
      const [meters] = [...(await two.read('hour', runtime.clock.now() - HOUR_MS)).values()]
      expect(meters?.get('mail')).toMatchObject({ calls: 3, failures: 1 })
      expect(meters?.get('mail')?.times.percentile(0.5)).toBeGreaterThan(15)
      await two.stop()
    })

    it('begin anew at midnight', async () => {
      const one = counters()
      one.count('lookups')
      runtime.clock.advance(12 * HOUR_MS)
      expect(one.today('lookups')).toBe(0)
    })

    it('know the median of the last ten minutes, and no longer', async () => {
      const one = counters()
      one.measure('mail', 100, true)
      expect(one.lately('mail').times.percentile(0.5)).toBeGreaterThan(70)
      runtime.clock.advance(11 * MINUTE_MS)
      expect(one.lately('mail').times.percentile(0.5)).toBeNull()
    })
  })
}
