import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRateLimiter, type Rate } from '../../src/http/rate-limiter.ts'
import { MatrixError } from '../../src/matrix/errors.ts'
import { manualClock } from '../support/outgoing.ts'

function limiterOf(rate: Rate) {
  const clock = manualClock()
  const limiter = createRateLimiter(
    () => rate,
    clock,
    () => true,
  )
  /** Null: taken. Otherwise the refusal. */
  const take = (key = 'a', cost?: number): MatrixError | null => {
    try {
      limiter.take(key, cost)
      return null
    } catch (error) {
      if (error instanceof MatrixError) return error
      throw error
    }
  }
  return { clock, take }
}

describe('a rate limiter', () => {
  it('lets a burst through after a quiet time, and one more per interval', () => {
    const { clock, take } = limiterOf({ perMinute: 6, burst: 3 })
    expect([take(), take(), take()]).toEqual([null, null, null])
    expect(take()).toMatchObject({ errcode: 'M_LIMIT_EXCEEDED', status: 429 })
    clock.advance(10_000)
    expect(take()).toBeNull()
    expect(take()).not.toBeNull()
  })

  it('names the time after which the same request passes', () => {
    const { clock, take } = limiterOf({ perMinute: 7, burst: 2 })
    take()
    take()
    const seconds = Number(take()?.headers['retry-after'])
    expect(seconds).toBe(9)
    clock.advance(seconds * 1000)
    expect(take()).toBeNull()
  })

  it('takes nothing for a request that it refuses', () => {
    const { clock, take } = limiterOf({ perMinute: 60, burst: 1 })
    take()
    for (let times = 0; times < 100; times++) expect(take()).not.toBeNull()
    clock.advance(1000)
    expect(take()).toBeNull()
  })

  it('keeps a budget for every key', () => {
    const { take } = limiterOf({ perMinute: 1, burst: 1 })
    expect([take('a'), take('b')]).toEqual([null, null])
    expect(take('a')).not.toBeNull()
  })

  it('takes a cost above the whole burst when the budget is full', () => {
    const { clock, take } = limiterOf({ perMinute: 60, burst: 10 })
    expect(take('a', 1000)).toBeNull()
    expect(take('a', 1)).not.toBeNull()
    clock.advance(10_000)
    expect(take('a', 1000)).toBeNull()
  })

  it('does nothing while it is switched off', () => {
    const limiter = createRateLimiter(
      () => ({ perMinute: 1, burst: 1 }),
      manualClock(),
      () => false,
    )
    for (let times = 0; times < 10; times++) expect(() => limiter.take('a')).not.toThrow()
  })

  it('follows a changed rate at once', () => {
    let rate = { perMinute: 1, burst: 1 }
    const limiter = createRateLimiter(
      () => rate,
      manualClock(),
      () => true,
    )
    limiter.take('a')
    expect(() => limiter.take('a')).toThrow(MatrixError)
    rate = { perMinute: 60_000, burst: 100_000 }
    limiter.take('a')
  })

  it('never lets more through than burst and rate allow, however requests come', () => {
    const rate = fc.record({
      perMinute: fc.integer({ min: 1, max: 600 }),
      burst: fc.integer({ min: 1, max: 50 }),
    })
    const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(rate, gaps, (each, pauses) => {
        const { clock, take } = limiterOf(each)
        const start = clock.now()
        let passed = 0
        for (const pause of pauses) {
          clock.advance(pause)
          if (take() === null) passed++
          const minutes = (clock.now() - start) / 60_000
          expect(passed).toBeLessThanOrEqual(each.burst + each.perMinute * minutes + 0.1)
        }
      }),
    )
  })
})
