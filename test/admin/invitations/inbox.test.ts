import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminPassword, signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { insertInvitations } from './support/insert-invitations.ts'

interface Shown {
  readonly id: string
  readonly state: string
  readonly address: string
}
interface Listed {
  readonly invitations: readonly Shown[]
  readonly next: string | null
}

let world: IdentityWorld
let admin: AdminClient
const alice = '@alice:example.org'
const room = '!r:example.org'

beforeAll(async () => {
  world = await startIdentityWorld()
  admin = await signInAsAdmin(world.appliance)
  const token = await world.login(alice)
  for (const address of ['mara@elsewhere.example', 'refused@elsewhere.example']) {
    const json = { medium: 'email', address, room_id: room, sender: alice, room_name: 'Parents' }
    await world.api.post('/v2/store-invite', { token, json })
    // The newest comes first: what is made in one millisecond has no order to test.
    world.clock.advance(1000)
  }
  await world.appliance.outbox.idle()
})
afterAll(() => world.stop())

const list = async (query: Record<string, string> = {}) =>
  (await admin.get('/api/invitations', { query })).body as Listed
const idOf = async (address: string) => (await list({ q: address })).invitations[0]?.id ?? ''

describe('the inbox of invitations', () => {
  it('shows whom somebody invited, and none of the secrets of an invitation', async () => {
    const { text, body } = await admin.get('/api/invitations')
    expect((body as Listed).invitations).toHaveLength(2)
    expect((body as Listed).invitations[1]).toMatchObject({
      ...{ state: 'pending', address: 'mara@elsewhere.example', sender: alice, roomId: room },
      ...{ roomName: 'Parents', mxid: null, canResend: true, canRevoke: true },
    })
    const secrets = await world.appliance.storage.db
      .selectFrom('invitations')
      .select(['token', 'ephemeral_private_key', 'evidence_ref'])
      .execute()
    for (const secret of secrets.flatMap(Object.values)) expect(text).not.toContain(secret)
  })

  it('is searched by a whole address, a Matrix ID or a room, and by nothing less', async () => {
    expect((await list({ q: 'Mara@Elsewhere.example' })).invitations).toHaveLength(1)
    expect((await list({ q: alice })).invitations).toHaveLength(2)
    expect((await list({ q: room })).invitations).toHaveLength(2)
    expect((await list({ q: 'mara' })).invitations).toEqual([])
    expect((await list({ state: 'delivered,failed' })).invitations).toEqual([])
  })

  it('has the history of each; a mail that the mail server refused is told', async () => {
    const { body } = await admin.get(`/api/invitations/${await idOf('refused@elsewhere.example')}`)
    const { history } = body as { history: readonly { event: string }[] }
    expect(history.map(({ event }) => event)).toEqual(['pending', 'not-mailed'])
    expect((await admin.get('/api/invitations/nothing')).status).toBe(404)
  })

  it('writes to several people again and says of each what became of it', async () => {
    const ids = [await idOf('mara@elsewhere.example'), 'nothing']
    const soon = (await admin.post('/api/invitations/resend', { ids })).body
    expect(soon).toMatchObject({
      outcomes: [
        { ok: false, result: 'too-soon', notBefore: expect.any(Number) },
        { ok: false, result: 'unknown' },
      ],
    })
    world.clock.advance(11 * 60_000)
    const before = world.mail.messages.length
    const later = (await admin.post('/api/invitations/resend', { ids })).body
    expect(later).toMatchObject({ outcomes: [{ ok: true, result: 'queued' }, { ok: false }] })
    await world.appliance.outbox.idle()
    expect(world.mail.messages.slice(before).map(({ to }) => to)).toEqual([['mara@elsewhere.example']])
  })

  it('takes invitations back: nobody can use the keys any more, and the change is noted with its author', async () => {
    const id = await idOf('mara@elsewhere.example')
    // The clock went on: the password has to be typed again.
    expect((await admin.post('/api/invitations/revoke', { ids: [id] })).status).toBe(403)
    await admin.post('/api/session/confirm', { password: adminPassword })
    const { body } = await admin.post('/api/invitations/revoke', { ids: [id] })
    expect(body).toMatchObject({ outcomes: [{ id, ok: true, result: 'revoked' }] })
    const detail = (await admin.get(`/api/invitations/${id}`)).body
    expect(detail).toMatchObject({ invitation: { state: 'revoked', canRevoke: false, canResend: false } })
    const changes = (await admin.get('/api/changes')).text
    expect(changes).toContain('invitations.revoke')
    expect(changes).not.toContain('mara@')
    expect((await admin.get('/api/invitations/counts')).body).toMatchObject({
      states: { revoked: 1, pending: 1 },
    })
  })

  it('comes page by page, each invitation once, also where many were made in one moment', async () => {
    await insertInvitations(world.appliance.storage, 250, () => 1_800_000_000_000)
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: Listed = await list({ limit: '100', ...(next === '' ? {} : { cursor: next }) })
      seen.push(...page.invitations.map(({ id }) => id))
      next = page.next
    }
    expect(seen).toHaveLength(252)
    expect(new Set(seen).size).toBe(252)
    expect((await admin.get('/api/invitations', { query: { cursor: 'bogus' } })).status).toBe(400)
  })
})
