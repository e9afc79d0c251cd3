import { beforeEach, describe, expect, test } from 'vitest'
import { createBreaker, type Breaker } from '../../src/backends/breaker.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

describe('a circuit breaker', () => {
  const runtime = createTestRuntime()
  let breaker: Breaker
  beforeEach(() => {
    breaker = createBreaker(runtime.clock, runtime.random)
  })
  const fail = (times: number) => {
    for (let i = 0; i < times; i++) {
      if (breaker.admit()) breaker.failed()
    }
  }

  test('lets everything through while less than three questions in a row fail', () => {
    fail(2)
    breaker.admit()
    breaker.succeeded()
    fail(2)
    expect(breaker.state()).toBe('closed')
    expect(breaker.admit()).toBe(true)
  })

  test('admits nothing after three failures in a row, until some seconds have passed', () => {
    fail(3)
    expect(breaker.state()).toBe('open')
    expect(breaker.admit()).toBe(false)
    runtime.clock.advance(4_999)
    expect(breaker.admit()).toBe(false)
    runtime.clock.advance(1_002)
    expect(breaker.state()).toBe('half-open')
  })

  test('admits one probe, whose success opens the way for all', () => {
    fail(3)
    runtime.clock.advance(6_001)
    expect([breaker.admit(), breaker.admit()]).toEqual([true, false])
    breaker.succeeded()
    expect(breaker.state()).toBe('closed')
    expect([breaker.admit(), breaker.admit()]).toEqual([true, true])
  })

  test('waits longer after each failed probe, but never longer than about a minute', () => {
    fail(3)
    const pauses: number[] = []
    for (let probe = 0; probe < 8; probe++) {
      pauses.push((breaker.retryAt() ?? 0) - runtime.clock.now())
      runtime.clock.advance(pauses.at(-1) ?? 0)
      fail(1)
    }
    expect(pauses[0]).toBeGreaterThanOrEqual(5_000)
    expect(pauses[1]).toBeGreaterThanOrEqual(10_000)
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(60_000)
    expect(pauses.at(-1)).toBeLessThanOrEqual(72_000)
  })

  test('failures of questions that were under way together count as one row, not as failed probes', () => {
    for (let i = 0; i < 20; i++) breaker.admit()
    for (let i = 0; i < 20; i++) breaker.failed()
    expect((breaker.retryAt() ?? 0) - runtime.clock.now()).toBeLessThanOrEqual(6_000)
  })
})
