import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../support/certificate-authority.ts'
import { startDnsServer } from '../support/dns-server.ts'
import { createTempDir } from '../support/temp-dir.ts'
import {
  startSignpostOrganisation,
  type Internet,
  type SignpostOrganisation,
} from './support/signpost-organisation.ts'

let internet: Internet
let hs1: SignpostOrganisation
let hs2: SignpostOrganisation

beforeAll(async () => {
  const authority = await createAuthority(await createTempDir('two-signposts'))
  internet = { dns: await startDnsServer(), authority, pins: {} }
  hs1 = await startSignpostOrganisation(internet, 'hs1.example.org')
  hs2 = await startSignpostOrganisation(internet, 'hs2.example.org')
  await hs1.configure({})
  await hs2.configure({})
  for (const name of ['dan', 'erin', 'fred', 'gina', 'hugo']) {
    await hs2.add(`${name}@hs2.example.org`, `@${name}:hs2.example.org`)
  }
})
afterAll(async () => {
  await Promise.all([hs1.stop(), hs2.stop(), internet.dns.close()])
})

describe('two Signposts that know of each other by DNS alone', () => {
  it('find each other’s people by a lookup that both sides sign and check', async () => {
    const token = await hs1.login('@alice:hs1.example.org')
    expect(await hs1.lookup(token, 'dan@hs2.example.org')).toBe('@dan:hs2.example.org')
    expect(hs2.signpost.logText()).toContain('"origin":"hs1.example.org"')
    for (const { signpost } of [hs1, hs2]) expect(signpost.logText()).not.toContain('dan@hs2')
  })

  it('do not find whom the other one does not publish', async () => {
    const token = await hs1.login('@alice:hs1.example.org')
    await hs2.configure({ inbound: { domains: ['other.example'] } })
    expect(await hs1.lookup(token, 'erin@hs2.example.org')).toBeNull()
    await hs2.configure({ inbound: { enabled: false } })
    expect(await hs1.lookup(token, 'fred@hs2.example.org')).toBeNull()
    await hs2.configure({})
  })

  it('ask nobody for users of other homeservers', async () => {
    const token = await hs1.login('@dan:hs2.example.org', hs2.homeserver)
    const before = internet.dns.questions.length
    expect(await hs1.lookup(token, 'gina@hs2.example.org')).toBeNull()
    expect(internet.dns.questions.slice(before).filter((one) => one.startsWith('SRV'))).toEqual([])
  })

  it('ask nobody once that is switched off, without a restart', async () => {
    const token = await hs1.login('@alice:hs1.example.org')
    await hs1.configure({ outbound: { enabled: false } })
    expect(await hs1.lookup(token, 'hugo@hs2.example.org')).toBeNull()
    await hs1.configure({ outbound: { enabled: true } })
    expect(await hs1.lookup(token, 'hugo@hs2.example.org')).toBe('@hugo:hs2.example.org')
  })
})

it('Whoever has an OpenID token of the user for other servers cannot use it to become one of us', async () => {
  const userId = '@signpost:hs1.example.org'
  await hs1.configure({ account: { userId, accessToken: 'secret' } })
  const refused = await hs1.register(userId)
  expect([refused.status, refused.json()]).toEqual([403, expect.objectContaining({ errcode: 'M_FORBIDDEN' })])
  expect((await hs1.register('@alice:hs1.example.org')).status).toBe(200)
  await hs1.configure({})
})

it('Lookups of other servers are counted in the metrics', async () => {
  const text = await (await fetch(`${hs1.signpost.adminAddress}/metrics`)).text()
  expect(text).toMatch(/signpost_federation_requests_total\{direction="out",result="found"\} [1-9]/)
  expect(text).toContain('signpost_federation_duration_seconds_count{kind="federation",outcome="unknown"}')
})
