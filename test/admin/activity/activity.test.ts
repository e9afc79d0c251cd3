import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ActivityRow } from '../../../src/activity/log/row.ts'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { eventually } from '../../support/poll.ts'

interface Listed {
  readonly rows: readonly ActivityRow[]
  readonly next: number | null
}

let world: IdentityWorld
let admin: AdminClient
const alice = '@alice:example.org'
const address = 'alice@example.org'

async function rows(query: Readonly<Record<string, string>> = {}): Promise<readonly ActivityRow[]> {
  await world.appliance.activity.log.flush()
  const answer = await admin.get('/api/activity', { query })
  expect(answer.status, answer.text).toBe(200)
  return (answer.body as Listed).rows
}

beforeAll(async () => {
  world = await startIdentityWorld()
  admin = await signInAsAdmin(world.appliance)
  const token = await world.login(alice)
  await world.bind(token, alice, address)
  await world.lookup(token, address)
  await world.lookup(token, 'nobody@example.org')
  const json = { medium: 'email', address: 'new@elsewhere.example', room_id: '!r:example.org', sender: alice }
  const invited = await world.api.post('/v2/store-invite', { token, json })
  expect(invited.status, invited.text).toBe(200)
  const known = await world.api.post('/v2/store-invite', { token, json: { ...json, address } })
  expect(known.status).toBe(400)
})
afterAll(() => world.stop())

describe('the activity log', () => {
  it('has a row for everything that happened, the newest first', async () => {
    const found = await rows()
    const seen = new Set(found.map(({ kind, action }) => `${kind} ${action}`))
    for (const each of [
      'sign-in register',
      'validation started',
      'validation validated',
      'bind bind',
      'lookup request',
      'delivery email',
      'invitation store-invite',
    ]) {
      expect(seen).toContain(each)
    }
    expect(found.map(({ id }) => id)).toEqual(found.map(({ id }) => id).toSorted((a, b) => b - a))
  })

  it('tells how a lookup ended, who asked and how long it took', async () => {
    const [missed, hit] = await rows({ kind: 'lookup' })
    expect(missed).toMatchObject({
      outcome: 'nothing',
      requester: { user: alice },
      details: { asked: 1, found: 0 },
    })
    expect(hit).toMatchObject({ outcome: 'ok', mxid: alice, address: null, details: { algorithm: 'sha256' } })
    expect(hit?.durationMs).not.toBeNull()
  })

  it('keeps the reason of a refused call, found by user, code and address', async () => {
    for (const query of [
      { user: alice, outcome: 'refused' },
      { code: 'M_THREEPID_IN_USE' },
      { q: address, outcome: 'refused' },
    ]) {
      const [row] = await rows(query)
      expect(row).toMatchObject({ kind: 'invitation', outcome: 'refused', code: 'M_THREEPID_IN_USE' })
      expect(row?.reason).toMatch(/already belongs/)
    }
  })

  it('shows addresses masked, and finds them by the whole address however it is spelled', async () => {
    const found = await rows({ q: 'Alice@EXAMPLE.org', kind: 'bind' })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ address: 'a***@e***.org', mxid: alice })
    expect(JSON.stringify(await rows())).not.toContain(address)
  })

  it('takes over what happens to invitations', async () => {
    await eventually(async () => (await rows({ kind: 'invitation', outcome: 'ok' })).length >= 2, {
      what: 'the history of the invitation',
    })
    const actions = (await rows({ kind: 'invitation', outcome: 'ok' })).map(({ action }) => action)
    expect(actions).toContain('pending')
    expect(actions).toContain('mailed')
  })

  it('is read page by page, in both directions, without a row twice', async () => {
    const all = await rows()
    const first = (await admin.get('/api/activity', { query: { limit: '3' } })).body as Listed
    const second = (await admin.get('/api/activity', { query: { limit: '3', before: String(first.next) } }))
      .body as Listed
    expect([...first.rows, ...second.rows]).toEqual(all.slice(0, 6))
    const oldest = all.at(-1)?.id ?? 0
    const newer = (await admin.get('/api/activity', { query: { limit: '2', after: String(oldest) } }))
      .body as Listed
    expect(newer.rows).toEqual(all.toReversed().slice(1, 3))
  })

  it('shows the rows of one request together', async () => {
    const asked = {
      threepids: [
        ['email', address],
        ['email', 'other@example.org'],
      ],
    }
    await world.api.post('/api/v1/bulk_lookup', { json: asked })
    await world.appliance.activity.log.flush()
    const request = (await rows({ kind: 'lookup' })).find(
      ({ details }) => details['algorithm'] === 'v1' && details['asked'] === 2,
    )
    const answer = await admin.get(`/api/activity/${request?.id}`)
    const { related } = answer.body as { related: readonly ActivityRow[] }
    expect(related.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['address', 'ok'],
      ['address', 'nothing'],
    ])
  })

  it('answers nobody who is not signed in', async () => {
    for (const [method, path] of [
      ['GET', '/api/activity'],
      ['GET', '/api/activity/1'],
      ['POST', '/api/activity/timeline'],
      ['POST', '/api/activity/why'],
      ['GET', '/api/events'],
      ['GET', '/api/map'],
      ['GET', '/api/overview'],
      ['GET', '/api/charts'],
      ['GET', '/api/jobs'],
    ] as const) {
      const answer = await admin.request(method, path, {
        headers: { cookie: null },
        ...(method === 'POST' ? { json: {} } : {}),
      })
      expect([path, answer.status]).toEqual([path, 401])
    }
  })

  it('says not found for a row that is gone', async () => {
    expect((await admin.get('/api/activity/99999999')).status).toBe(404)
  })
})

describe('the timeline of an address', () => {
  it('has everything that is known, oldest first', async () => {
    const answer = await admin.post('/api/activity/timeline', { address: ' Alice@Example.org ' })
    expect(answer.status, answer.text).toBe(200)
    const {
      entries,
      mapping,
      address: shown,
    } = answer.body as {
      entries: readonly { at: number; code: string }[]
      mapping: unknown
      address: string
    }
    expect(mapping).toEqual({ mxid: alice, source: 'association' })
    expect(shown).toBe('a***@e***.org')
    const codes = entries.map(({ code }) => code)
    expect(codes).toEqual(
      expect.arrayContaining([
        'validation.started',
        'delivery.email',
        'validation.validated',
        'bind.bind',
        'association.holds',
        'invitation.store-invite',
      ]),
    )
    expect(codes.filter((code) => code === 'validation.validated')).toHaveLength(1)
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted((a, b) => a - b))
    expect(answer.text).not.toContain(address)
  })

  it('has the history of an invitation', async () => {
    const answer = await admin.post('/api/activity/timeline', { address: 'new@elsewhere.example' })
    const { entries } = answer.body as { entries: readonly { code: string; page: string }[] }
    const created = entries.find(({ code }) => code === 'invitation.pending')
    expect(created?.page).toMatch(/^\/invitations\//)
  })

  it('refuses what is no address, and names the field', async () => {
    const answer = await admin.post('/api/activity/timeline', { address: 'alice' })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ error: { code: 'invalid', problems: [{ path: 'address' }] } })
  })
})
