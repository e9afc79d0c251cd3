import { expect, it } from 'vitest'
import { createThrottle } from '../../../src/admin/session/throttle.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

function start() {
  const { clock } = createTestRuntime()
  const throttle = createThrottle(clock)
  /** Seconds to wait; 0 when the attempt is let through. */
  const attempt = (client: string, account = 'anna'): number => {
    try {
      throttle.attempt(client, account)
      return 0
    } catch (error) {
      expect(error).toMatchObject({ code: 'too-many-attempts' })
      return Number((error as { details: { params: { seconds: number } } }).details.params.seconds)
    }
  }
  const succeed = (client: string, account = 'anna') => throttle.attempt(client, account).succeed()
  return { clock, attempt, succeed }
}

const times = (count: number, work: (index: number) => unknown) =>
  Array.from({ length: count }, (_, i) => work(i))

it('five slips are free, then each costs twice the wait of the one before, up to five minutes', () => {
  const { clock, attempt } = start()
  expect(times(5, () => attempt('192.0.2.1'))).toEqual([0, 0, 0, 0, 0])
  const waits: number[] = []
  for (let failure = 0; failure < 10; failure++) {
    const seconds = attempt('192.0.2.1')
    waits.push(seconds)
    clock.advance(seconds * 1000 - 1)
    expect(attempt('192.0.2.1')).toBe(1)
    clock.advance(1)
    expect(attempt('192.0.2.1')).toBe(0)
  }
  expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
})

it('attempts at the same moment all count: none gets around the limit', () => {
  const { attempt } = start()
  expect(times(100, () => attempt('192.0.2.1')).filter((wait) => wait === 0)).toHaveLength(5)
})

it('a right password clears the slate of its client', () => {
  const { attempt, succeed } = start()
  times(4, () => attempt('192.0.2.1'))
  succeed('192.0.2.1')
  expect(times(5, () => attempt('192.0.2.1'))).toEqual([0, 0, 0, 0, 0])
})

it('one client that never stops locks nobody else out', () => {
  const { clock, attempt } = start()
  for (let minute = 0; minute < 600; minute++) {
    attempt('192.0.2.1')
    clock.advance(60_000)
  }
  expect(attempt('203.0.113.5')).toBe(0)
})

it('many clients at one account are slowed down together, and who signed in before is not', () => {
  const { attempt, succeed } = start()
  succeed('198.51.100.7')
  times(20, (index) => attempt(`192.0.2.${index}`))
  expect(attempt('203.0.113.5')).toBe(2)
  expect(attempt('198.51.100.7')).toBe(0)
})

it('the wait for an account never grows beyond half a minute', () => {
  const { clock, attempt } = start()
  let longest = 0
  for (let index = 0; index < 200; index++) {
    const wait = attempt(`10.0.${index}.1`)
    longest = Math.max(longest, wait)
    clock.advance(wait * 1000)
    if (wait > 0) attempt(`10.0.${index}.1`)
  }
  expect(longest).toBe(30)
})

it('addresses of one IPv6 network count as one client', () => {
  const { attempt } = start()
  times(5, (index) => attempt(`2001:db8::${index}`))
  expect(attempt('2001:db8::ffff')).toBe(2)
  expect(attempt('2001:db8:0:1::1')).toBe(0)
})

it('an hour of quiet is forgotten', () => {
  const { clock, attempt } = start()
  times(5, () => attempt('192.0.2.1'))
  clock.advance(3_600_001)
  expect(times(5, () => attempt('192.0.2.1'))).toEqual([0, 0, 0, 0, 0])
})
