import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { createOidcKeyRing, planKeys } from '../../src/oidc/keys.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { startOidcWorld } from './support/world.ts'

const DAY = 86_400_000
const every = 90 * DAY

describe('the plan of the keys', () => {
  const first = { createdAt: 0 }
  const second = { createdAt: 89 * DAY }

  test.each([
    ['a new key signs at once', [first], 0, { signing: first, kept: [first], isDue: false }],
    ['the next key is made a day early', [first], 89 * DAY, { signing: first, kept: [first], isDue: true }],
    [
      'the next key is published before it signs',
      [first, second],
      90 * DAY - 1,
      { signing: first, kept: [first, second], isDue: false },
    ],
    [
      'the former key stays for a day',
      [first, second],
      91 * DAY - 1,
      { signing: second, kept: [first, second], isDue: false },
    ],
    ['and goes then', [first, second], 91 * DAY, { signing: second, kept: [second], isDue: false }],
    [
      'a clock that was set back leaves the oldest key at work',
      [first, second],
      -5 * DAY,
      { signing: first, kept: [first, second], isDue: false },
    ],
  ])('%s', (_what, keys, now, plan) => {
    expect(planKeys(keys, now, every)).toEqual(plan)
  })
})

describe('the file of the keys', () => {
  test('is for Signpost alone, and made once by all who begin at the same time', async () => {
    const file = join(await createTempDir('oidc-keys'), 'oidc-keys.json')
    const rings = Array.from({ length: 3 }, () => createOidcKeyRing(file, createTestRuntime()))
    const [one, ...others] = await Promise.all(rings.map((ring) => ring.current(every)))
    for (const other of others) expect(other).toEqual(one)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test('is never replaced when it is damaged', async () => {
    const file = join(await createTempDir('oidc-keys'), 'oidc-keys.json')
    await writeFile(file, '{"version": 1, "keys": []}')
    const ring = createOidcKeyRing(file, createTestRuntime())
    await expect(ring.current(every)).rejects.toMatchObject({ code: 'oidc-keys-damaged' })
    expect(await readFile(file, 'utf8')).toContain('"keys": []')
  })
})

test('keys are replaced in the middle of a sign-in, and who has signed in with the former one stays signed in', async () => {
  let aheadMs = 0
  const world = await startOidcWorld(
    { authentication: { oidc: { sessionLifetime: '365d' } } },
    { clock: { now: () => Date.now() + aheadMs } },
  )
  const published = async () => {
    const answer = await fetch(String(world.party.metadata.jwks_uri))
    const { keys } = (await answer.json()) as { keys: { kid: string; d?: string }[] }
    expect(keys.every((key) => !('d' in key))).toBe(true)
    return keys.map(({ kid }) => kid)
  }
  try {
    const before = await world.signIn()
    const old = decodeProtectedHeader(
      String((await world.party.finish(before.back, before.started)).id_token),
    ).kid
    expect(await published()).toEqual([old])
    const during = await world.signIn()

    aheadMs = 89 * DAY
    const [, next] = await published()
    expect(await published()).toEqual([old, next])
    aheadMs = 90 * DAY + 3_600_000
    expect(await published()).toEqual([next, old])
    aheadMs = 92 * DAY
    expect(await published()).toEqual([next])

    // By the clock of the library the code of before is still good.
    const tokens = await world.party.finish(during.back, during.started)
    expect(decodeProtectedHeader(String(tokens.id_token)).kid).toBe(next)
    expect(tokens.claims()).toMatchObject({ sub: '@anna:example.org' })
    const again = await world.party.begin()
    expect((await during.browser.open(again.url)).leadsTo).not.toBeNull()
  } finally {
    await world.stop()
  }
})
