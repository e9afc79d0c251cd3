import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInAsAdmin, type AdminClient } from '../support/admin-client.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { startOrganisation, type Organisation, type Person } from './support/organisation.ts'

const { unavailable } = await provideSynapse()

interface Shown {
  readonly id: string
  readonly state: string
  readonly counts: Readonly<Record<string, number>>
  readonly estimate: { readonly finishAt: number; readonly measured: boolean } | null
  readonly problem: string | null
}

describeWith('Synapse', unavailable, 'A list of people, invited through a real Synapse', () => {
  let organisation: Organisation
  let alice: Person
  let admin: AdminClient

  beforeAll(async () => {
    organisation = await startOrganisation({
      // One in two seconds after the first two, so that the limit is met and the list still comes to its end.
      synapse: () => ({ rc_third_party_invite: { per_second: 0.5, burst_count: 2 } }),
    })
    await organisation.configureSignpost(whereHomeserverIs())
    alice = await organisation.person('alice')
    admin = await signInAsAdmin(organisation.signpost)
  })
  afterAll(() => organisation.stop())

  const whereHomeserverIs = () => ({
    matrix: { domain: organisation.synapse.serverName, homeserverUrl: organisation.synapse.clientUrl },
  })

  const lists = async () => ((await admin.get('/api/invite-lists')).body as { lists: Shown[] }).lists
  const list = async (id: string) => (await lists()).find((one) => one.id === id)
  const start = async (csv: string, room: string) => {
    const body = { csv, room, accessToken: alice.accessToken }
    const answer = await admin.post('/api/invite-lists', body)
    expect(answer).toMatchObject({ status: 200 })
    return (answer.body as { id: string }).id
  }
  const hasState = (id: string, state: string) =>
    eventually(async () => (await list(id))?.state === state, {
      what: `the list to be ${state}`,
      timeoutMs: 60_000,
    })

  test('says beforehand what each row becomes, and whether the account may invite', async () => {
    const bob = await organisation.person('bob')
    await organisation.validateAndBind(bob, 'bob@example.org')
    const room = await organisation.createRoom(alice, { name: 'Parents' })
    const csv =
      'Name;Mail\nBob;BOB@example.org\nCarol;"Carol C. <carol@example.org>"\nNobody;\nB;bob@example.org\n'
    const { body } = await admin.post('/api/invite-lists/preview', { csv })
    expect(body).toMatchObject({
      rows: [
        { line: 2, becomes: 'direct', mxid: bob.userId },
        { line: 3, becomes: 'mail', address: 'carol@example.org' },
        { line: 4, becomes: 'invalid' },
        { line: 5, becomes: 'duplicate' },
      ],
    })
    const look = async (accessToken: string, where = room) =>
      (await admin.post('/api/invite-lists/room', { accessToken, room: where })).body
    expect(await look(alice.accessToken)).toMatchObject({
      result: 'done',
      room: { userId: alice.userId, roomId: room, name: 'Parents', isMember: true, mayInvite: true },
    })
    expect(await look(bob.accessToken)).toMatchObject({ result: 'done', room: { isMember: false } })
    expect(await look('no token')).toMatchObject({ result: 'signed-out' })
    expect(await look(alice.accessToken, '#none:example.org')).toMatchObject({ room: null })
  })

  test('invites each person once at the pace of the homeserver, those who are known directly', async () => {
    const dora = await organisation.person('dora')
    await organisation.validateAndBind(dora, 'dora@example.org')
    const room = await organisation.createRoom(alice, { name: 'Choir' })
    const people = ['e1', 'e2', 'e3', 'e4'].map((name) => `${name}@example.org`)
    const id = await start(['mail', ...people, 'dora@example.org'].join('\n'), room)
    await eventually(async () => (await list(id))?.estimate?.measured === true, {
      what: 'the pace of the homeserver',
      timeoutMs: 30_000,
    })
    await hasState(id, 'done')
    expect(await list(id)).toMatchObject({ counts: { mailed: 4, invited: 1 }, problem: null, estimate: null })
    for (const address of people) {
      await organisation.mail.waitFor(({ to }) => to.includes(address))
      expect(organisation.mail.messages.filter(({ to }) => to.includes(address))).toHaveLength(1)
    }
    expect(await organisation.membership(room, alice, dora.userId)).toBe('invite')

    const again = await start([...people, 'dora@example.org'].join('\n'), room)
    await hasState(again, 'done')
    expect((await list(again))?.counts).toEqual({ skipped: 5 })
  })

  test('goes on after a restart, can be held and ended, and keeps no access token afterwards', async () => {
    const room = await organisation.createRoom(alice, { name: 'Board' })
    const people = ['f1', 'f2', 'f3', 'f4', 'f5'].map((name) => `${name}@example.org`)
    const id = await start(people.join('\n'), room)
    await eventually(async () => ((await list(id))?.counts['mailed'] ?? 0) > 0, { what: 'a first one' })
    await organisation.restartSignpost(whereHomeserverIs())
    admin = await signInAsAdmin(organisation.signpost)
    await hasState(id, 'done')
    expect((await list(id))?.counts).toEqual({ mailed: 5 })

    const held = await start(['g1@example.org', 'g2@example.org', 'g3@example.org'].join('\n'), room)
    expect((await admin.post(`/api/invite-lists/${held}/pause`)).status).toBe(200)
    expect((await admin.post(`/api/invite-lists/${held}/cancel`)).status).toBe(200)
    expect((await admin.post(`/api/invite-lists/${held}/resume`, {})).status).toBeGreaterThanOrEqual(400)
    const tokens = await organisation.signpost.storage.db
      .selectFrom('invite_lists')
      .select('access_token')
      .execute()
    expect(tokens.every(({ access_token }) => access_token === null)).toBe(true)
    expect(organisation.signpost.logText()).not.toContain(alice.accessToken)
  })

  test('stops when the account is signed out, and goes on with another token of the same user', async () => {
    const room = await organisation.createRoom(alice, { name: 'Garden' })
    const { synapse } = organisation
    const session = await synapse.login('alice', 'secret')
    const body = {
      ...{ room, accessToken: session.accessToken },
      csv: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => `${name}@example.org`).join('\n'),
    }
    const { id } = (await admin.post('/api/invite-lists', body)).body as { id: string }
    await synapse.request('POST', '/_matrix/client/v3/logout', { token: session.accessToken, body: {} })
    await hasState(id, 'paused')
    expect((await list(id))?.problem).toBe('signed-out')
    const bob = await synapse.login('bob', 'secret')
    const resume = (accessToken: string) => admin.post(`/api/invite-lists/${id}/resume`, { accessToken })
    expect((await resume(bob.accessToken)).status).toBe(422)
    expect((await resume(alice.accessToken)).status).toBe(200)
    await hasState(id, 'done')
    expect((await list(id))?.counts).toEqual({ mailed: 6 })
  })
})
