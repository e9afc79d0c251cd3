import { describe, expect, test } from 'vitest'
import { createSignInLimits, heldUntil, type SignInEnd } from '../../src/authentication/sign-in-limits.ts'
import { createRateLimiter } from '../../src/http/rate-limiter.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

function limits() {
  const { clock } = createTestRuntime()
  const limiter = (burst: number) =>
    createRateLimiter(
      () => ({ perMinute: 1, burst }),
      clock,
      () => true,
    )
  const signIn = createSignInLimits({ clock, perAccount: limiter(3), perAddress: limiter(5), stepMs: 1 })
  const attempt = (account: string | null, clientAddress: string | null, end: SignInEnd = 'denied') =>
    signIn
      .attempt({ account, clientAddress }, async () => ({ end, value: end }))
      .catch((error: unknown) => error)
  return { clock, signIn, attempt }
}
const tooMany = { errcode: 'M_LIMIT_EXCEEDED', status: 429 }

describe('guessing passwords', () => {
  test('is slowed for each account, wherever the guesses come from and however the name is written', async () => {
    const { attempt, clock } = limits()
    expect(await attempt('@anna:x', '192.0.2.1')).toBe('denied')
    expect(await attempt('@ANNA:x', '192.0.2.2')).toBe('denied')
    expect(await attempt('@anna:x', null)).toBe('denied')
    expect(await attempt('@anna:x', '192.0.2.3', 'accepted')).toMatchObject(tooMany)
    expect(await attempt('@bob:x', '192.0.2.3', 'accepted')).toBe('accepted')
    clock.advance(60_000)
    expect(await attempt('@anna:x', '192.0.2.3', 'accepted')).toBe('accepted')
  })

  test('is slowed for each address, whatever accounts are tried', async () => {
    const { attempt } = limits()
    for (let n = 0; n < 5; n++) expect(await attempt(`@user${n}:x`, '192.0.2.1')).toBe('denied')
    expect(await attempt('@user9:x', '192.0.2.1')).toMatchObject(tooMany)
    expect(await attempt(null, '192.0.2.1')).toMatchObject(tooMany)
    expect(await attempt('@user9:x', '192.0.2.2')).toBe('denied')
  })

  test('is all that is slowed: who signs in, or meets a server that is down, can do so as often as wanted', async () => {
    const { attempt } = limits()
    for (let n = 0; n < 20; n++) expect(await attempt('@anna:x', '192.0.2.1', 'accepted')).toBe('accepted')
    for (let n = 0; n < 20; n++) expect(await attempt('@anna:x', '192.0.2.1', 'unclear')).toBe('unclear')
  })

  test('counts many at once as many', async () => {
    const { attempt } = limits()
    const ends = await Promise.all(Array.from({ length: 10 }, () => attempt('@anna:x', '192.0.2.1')))
    expect(ends.filter((end) => end === 'denied')).toHaveLength(3)
  })

  test('counts once when the homeserver asks back about the password', async () => {
    const { signIn, attempt } = limits()
    for (let n = 0; n < 3; n++) {
      await signIn.attempt({ account: '@anna:x', clientAddress: '192.0.2.1' }, async () => {
        expect(await attempt('@anna:x', null)).toBe('denied')
        return { end: 'denied', value: null }
      })
    }
    expect(await attempt('@anna:x', null)).toMatchObject(tooMany)
  })

  test('leaves the address alone when it is the account that is tried too often', async () => {
    const { attempt } = limits()
    for (let n = 0; n < 50; n++) await attempt('@anna:x', '192.0.2.1')
    expect(await attempt('@bob:x', '192.0.2.1')).toBe('denied')
  })

  test('gives an attempt back whose work broke', async () => {
    const { signIn, attempt } = limits()
    for (let n = 0; n < 9; n++) {
      const broken = signIn.attempt({ account: '@anna:x', clientAddress: null }, async () => {
        throw new Error('broken')
      })
      await expect(broken).rejects.toThrow('broken')
    }
    expect(await attempt('@anna:x', null)).toBe('denied')
  })
})

describe('the answer "no"', () => {
  test.each([
    [0, 500],
    [3, 500],
    [499, 500],
    [500, 1000],
    [730, 1000],
    [-20, 500],
  ])('that took %i ms is given after %i ms', (elapsed, at) => {
    expect(Math.max(0, elapsed) + heldUntil(elapsed, 500)).toBe(at)
  })
})
