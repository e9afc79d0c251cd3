import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startIdentityWorld, policies, type IdentityWorld } from '../../support/identity-world.ts'

let world: IdentityWorld
let admin: AdminClient
let token: string
const alice = '@alice:example.org'
const privacy = { name: 'Privacy', url: 'https://example.org/privacy' }

beforeAll(async () => {
  world = await startIdentityWorld()
  admin = await signInAsAdmin(world.appliance)
  token = await world.login(alice)
  await world.bind(token, alice, 'alice@example.org')
  await world.bind(token, alice, 'anna@example.org')
})
afterAll(() => world.stop())

describe('associations', () => {
  const list = async (query: Record<string, string> = {}) =>
    (await admin.get('/api/associations', { query })).body as {
      associations: { address: string }[]
      next: string | null
    }

  it('are listed page by page and found by a whole address or a Matrix ID', async () => {
    const first = await list({ limit: '1' })
    const second = await list({ limit: '1', cursor: first.next ?? '' })
    const addresses = [...first.associations, ...second.associations].map(({ address }) => address)
    expect(addresses.toSorted()).toEqual(['alice@example.org', 'anna@example.org'])
    expect(second.next).toBeNull()
    expect((await list({ q: 'Alice@Example.org' })).associations).toHaveLength(1)
    expect((await list({ q: alice })).associations).toHaveLength(2)
    expect((await list({ q: 'alice' })).associations).toEqual([])
  })

  it('are taken out of the lookups at once, and the owner hears of it', async () => {
    const body = { medium: 'email', address: 'anna@example.org', mxid: alice }
    expect((await admin.post('/api/associations/unbind', body)).body).toEqual({ removed: true })
    expect((await admin.post('/api/associations/unbind', body)).body).toEqual({ removed: false })
    expect(await world.lookup(token, 'anna@example.org')).toBeNull()
    await world.appliance.outbox.idle()
    expect(world.mail.messages.at(-1)?.to).toEqual(['anna@example.org'])
    expect((await admin.get('/api/changes')).text).not.toContain('anna@example.org')
  })
})

describe('federation', () => {
  it('is paused until a time and goes on when it is told to', async () => {
    const until = world.clock.now() + 600_000
    await admin.post('/api/federation/pause', { until })
    expect(world.appliance.federationPause.until()).toBe(until)
    expect((await admin.get('/api/federation')).body).toMatchObject({ pausedUntil: until, isAsking: false })
    await admin.post('/api/federation/pause', { until: null })
    expect(world.appliance.federationPause.until()).toBeNull()
    const tooLong = { until: world.clock.now() + 30 * 86_400_000 }
    expect((await admin.post('/api/federation/pause', tooLong)).status).toBe(422)
  })

  it('names the record to publish, and tries a server step by step up to where it fails', async () => {
    expect((await admin.post('/api/federation/records')).body).toMatchObject({
      records: [
        {
          domain: 'example.org',
          name: '_matrix-identity._tcp.example.org',
          wanted: '0 10 443 id.example.org.',
        },
      ],
    })
    const check = (target: string) => admin.post('/api/federation/check', { target })
    const { steps } = (await check('partner.invalid')).body as { steps: { step: string; outcome: string }[] }
    expect(steps.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['settings', 'warning'],
      ['dns', 'failed'],
    ])
    expect((await check('not a domain')).status).toBe(400)
  })

  it('shows every server outside that was asked, and how it answered', async () => {
    const { activity } = world.appliance
    activity.hosts.contacted('uni.example', 'peer', false)
    const failure = { ok: false, ms: 5, code: 'dns', reason: 'There is no such name.' }
    activity.dependencies.called({ kind: 'peer', name: 'uni.example' }, failure)
    const { body } = await admin.get('/api/federation')
    expect(body).toMatchObject({
      peers: [{ host: 'uni.example', failures: 1, lastError: { reason: 'There is no such name.' } }],
    })
  })
})

describe('policies', () => {
  it('count who has accepted, once a person', async () => {
    await world.configure({ terms: policies({ privacy: { version: '1', en: privacy, de: privacy } }) })
    await world.api.post('/v2/terms', { token, json: { user_accepts: [privacy.url] } })
    expect((await admin.get('/api/policies')).body).toMatchObject({
      accounts: 1,
      terms: [
        { id: 'privacy', version: '1', accepted: 1, documents: [{ language: 'en' }, { language: 'de' }] },
      ],
    })
  })
})
