import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openFederationPause, pausable, refuseWhilePaused } from '../../src/federation/pause.ts'
import type { RemoteLookup } from '../../src/lookup/remote.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { createAuthority } from '../support/certificate-authority.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { startDnsServer } from '../support/dns-server.ts'
import { describeWith } from '../support/skip.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import {
  startSignpostOrganisation,
  type Internet,
  type SignpostOrganisation,
} from './support/signpost-organisation.ts'

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `A pause of federation on ${kind}`, () => {
    const { clock } = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    beforeEach(async () => {
      database = await create()
      storage = await database.open()
    })
    afterEach(() => database.dispose())

    it('ends by itself, or when it is ended', async () => {
      const pause = await openFederationPause(storage, clock)
      expect(pause.until()).toBeNull()
      const until = clock.now() + 600_000
      await pause.pause(until)
      expect(pause.until()).toBe(until)
      clock.advance(600_000)
      expect(pause.until()).toBeNull()
      await pause.pause(clock.now() + 1)
      await pause.pause(null)
      expect(pause.until()).toBeNull()
    })

    it('survives a restart, and reaches other processes', async () => {
      const other = await openFederationPause(storage, clock)
      const until = clock.now() + 3_600_000
      await (await openFederationPause(storage, clock)).pause(until)
      expect((await openFederationPause(storage, clock)).until()).toBe(until)
      await other.refresh()
      expect(other.until()).toBe(until)
    })
  })
}

it('A paused lookup asks nobody, and says so to whoever wants to know why', async () => {
  const asked: string[] = []
  const remote: RemoteLookup = {
    asksAnybody: true,
    allows: () => true,
    find: async (addresses) => (asked.push(...addresses.map(({ address }) => address)), new Map()),
    explain: async () => [],
  }
  let until: number | null = Date.UTC(2030, 0, 1)
  const lookup = pausable(remote, { until: () => until })
  const address = { medium: 'email', address: 'a@example.com' } as const
  expect(lookup.allows(null)).toBe(false)
  expect((await lookup.find([address], null)).size).toBe(0)
  expect(await lookup.explain(address)).toMatchObject([
    { outcome: 'not-asked', detail: 'Federation is paused until 2030-01-01T00:00:00.000Z.' },
  ])
  expect(asked).toEqual([])
  until = null
  expect(lookup.allows(null)).toBe(true)
  await lookup.find([address], null)
  expect(asked).toEqual(['a@example.com'])
})

describe('Between two Signposts', () => {
  let internet: Internet
  let hs1: SignpostOrganisation
  let hs2: SignpostOrganisation
  beforeAll(async () => {
    const authority = await createAuthority(await createTempDir('pause'))
    internet = { dns: await startDnsServer(), authority, pins: {} }
    hs1 = await startSignpostOrganisation(internet, 'hs1.example.org')
    hs2 = await startSignpostOrganisation(internet, 'hs2.example.org')
    await hs1.configure({})
    await hs2.configure({})
    await hs2.add('dan@hs2.example.org', '@dan:hs2.example.org')
  })
  afterAll(async () => {
    await Promise.all([hs1.stop(), hs2.stop(), internet.dns.close()])
  })
  const soon = () => Date.now() + 3_600_000

  it('a pause on the asking side keeps every question at home', async () => {
    const token = await hs1.login('@alice:hs1.example.org')
    await hs1.signpost.federationPause.pause(soon())
    const before = internet.dns.questions.length
    expect(await hs1.lookup(token, 'dan@hs2.example.org')).toBeNull()
    expect(internet.dns.questions.slice(before).filter((one) => one.startsWith('SRV'))).toEqual([])
    await hs1.signpost.federationPause.pause(null)
    expect(await hs1.lookup(token, 'dan@hs2.example.org')).toBe('@dan:hs2.example.org')
  })

  it('a pause on the asked side gives no answer to others', async () => {
    const token = await hs1.login('@alice:hs1.example.org')
    await hs2.add('erin@hs2.example.org', '@erin:hs2.example.org')
    const answers = () => hs2.signpost.logText().split('another Signpost looked addresses up').length
    await hs2.signpost.federationPause.pause(soon())
    const before = answers()
    expect(await hs1.lookup(token, 'erin@hs2.example.org')).toBeNull()
    expect(answers()).toBe(before)
  })
})

it('Whoever asks during a pause hears when to come back', () => {
  const { clock } = createTestRuntime()
  const paused = { until: () => clock.now() + 90_000 }
  expect(() => refuseWhilePaused(paused, clock)).toThrow(
    expect.objectContaining({
      errcode: 'M_LIMIT_EXCEEDED',
      status: 429,
      fields: { retry_after_ms: 90_000 },
      headers: { 'retry-after': '90' },
    }),
  )
  expect(() => refuseWhilePaused({ until: () => null }, clock)).not.toThrow()
})
