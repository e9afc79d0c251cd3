import { expect, test } from 'vitest'
import { createReplayGuard } from '../../../src/federation/inbound/replay-guard.ts'
import { WINDOW_MS } from '../../../src/federation/wire.ts'
import { MatrixError } from '../../../src/matrix/errors.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

const codeOf = (action: () => void): string => {
  try {
    action()
    return 'admitted'
  } catch (error) {
    return error instanceof MatrixError ? error.errcode : String(error)
  }
}

function setUp() {
  const { clock } = createTestRuntime()
  const guard = createReplayGuard(clock)
  const admit = (origin: string, nonce: string, ts = clock.now()) =>
    codeOf(() => guard.admit(origin, nonce, ts))
  return { clock, admit }
}

test('a request is admitted once, and the same nonce of another server is another request', () => {
  const { admit } = setUp()
  expect([admit('a', 'n'), admit('a', 'n'), admit('b', 'n'), admit('a', 'm')]).toEqual([
    'admitted',
    'M_UNAUTHORIZED',
    'admitted',
    'admitted',
  ])
})

test.each([-WINDOW_MS, 0, WINDOW_MS])(
  'a request whose clock is %i ms off is remembered as long as its time is good',
  (apart) => {
    const { clock, admit } = setUp()
    const ts = clock.now() + apart
    expect(admit('a', 'n', ts)).toBe('admitted')
    const step = 7_000
    for (; clock.now() + step <= ts + WINDOW_MS; clock.advance(step)) {
      expect(admit('a', 'n', ts)).toBe('M_UNAUTHORIZED')
      expect(admit('a', `other ${clock.now()}`)).toBe('admitted')
    }
    clock.advance(ts + WINDOW_MS - clock.now())
    expect(admit('a', 'n', ts)).toBe('M_UNAUTHORIZED')
  },
)

test('one server that asks too much is refused for itself, and admitted again once its requests are old', () => {
  const { clock, admit } = setUp()
  const results = Array.from({ length: 12_000 }, (_, n) => admit('greedy', `n${n}`))
  expect(results.filter((each) => each === 'admitted')).toHaveLength(10_000)
  expect(results.at(-1)).toBe('M_LIMIT_EXCEEDED')
  expect(admit('greedy', 'n0')).toBe('M_UNAUTHORIZED')
  expect(admit('modest', 'n0')).toBe('admitted')
  clock.advance(WINDOW_MS + 120_001)
  expect(admit('greedy', 'again')).toBe('admitted')
})

test('a flood from ten thousand servers ends in refusals, and nothing of it is forgotten in its window', () => {
  const { clock, admit } = setUp()
  const first = clock.now()
  let admitted = 0
  for (let round = 0; round < 12; round++) {
    for (let server = 0; server < 10_000; server++) {
      if (admit(`s${server}`, `n${round}`) === 'admitted') admitted++
    }
    clock.advance(1_000)
  }
  expect(admitted).toBe(100_000)
  expect(admit('s9999', 'n9', first + 9_000)).toBe('M_UNAUTHORIZED')
  expect(admit('new', 'n')).toBe('M_LIMIT_EXCEEDED')
  clock.advance(WINDOW_MS + 120_001)
  expect(admit('new', 'n')).toBe('admitted')
})
