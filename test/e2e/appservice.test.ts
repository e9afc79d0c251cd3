import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkAppservice } from '../../src/appservice/check.ts'
import { createAppserviceHomeserver } from '../../src/appservice/homeserver.ts'
import { registrationFile } from '../../src/appservice/registration.ts'
import { createHomeserverApi } from '../../src/intercepts/homeserver.ts'
import { createOutgoing } from '../support/outgoing.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import type { SynapseUser } from '../support/synapse.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { firstContact, textsBy } from './support/bot-room.ts'
import { startOrganisation, type Organisation, type Person } from './support/organisation.ts'

const { unavailable } = await provideSynapse()
const tokens = { asToken: 'as-token-of-the-test', hsToken: 'hs-token-of-the-test' }

describeWith('Synapse', unavailable, 'An application service of a Synapse with a history', () => {
  let org: Organisation
  let alice: Person
  let bob: SynapseUser
  const bot = () => `@signpost:${org.synapse.serverName}`
  const idOf = (localpart: string) => `@${localpart}:${org.synapse.serverName}`

  const config = () => ({
    matrix: { homeserverUrl: org.synapse.clientUrl },
    appservice: {
      enabled: true,
      ...tokens,
      invited: { enabled: true },
      bot: { enabled: true, users: ['@alice:*'] },
    },
  })

  async function post(user: SynapseUser, path: string, body: object): Promise<void> {
    const answer = await org.synapse.request('POST', `/_matrix/client/v3/${path}`, {
      token: user.accessToken,
      body,
    })
    if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  }
  const invite = (user: SynapseUser, room: string, mxid: string) =>
    post(user, `rooms/${encodeURIComponent(room)}/invite`, { user_id: mxid })

  beforeAll(async () => {
    org = await startOrganisation({ config: { invitations: { resolveEvery: '1s' } } })
    alice = await org.person('alice')
    bob = await org.synapse.register('bob', 'secret')
    const entry = { source: 'list', medium: 'email', person: '', display_name: null }
    await org.signpost.storage.db
      .insertInto('directory_entries')
      .values(
        ['past', 'present', 'bob'].map((name) => ({
          ...entry,
          address: `${name}@mail.example`,
          mxid: idOf(name),
        })),
      )
      .execute()
    // History: the person is known and has never signed in, but this happened before Signpost was there.
    await invite(alice, await org.createRoom(alice, { name: 'Old room' }), idOf('past'))

    await org.configureSignpost(config())
    const file = join(await createTempDir('registration'), 'signpost-appservice.yaml')
    const url = org.publicUrl
    await writeFile(file, registrationFile({ config: org.signpost.config.current(), url, ...tokens }))
    await org.synapse.configure({ app_service_config_files: [file] })
    await org.synapse.restart()
    await firstContact(org.signpost)
  }, 180_000)
  afterAll(() => org?.stop())

  const saidBy = async (room: string, sender: string) => {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=50`
    const { body } = await org.synapse.request('GET', path, { token: alice.accessToken })
    return textsBy(sender, body)
  }

  test('is known there and back', async () => {
    const { http } = createOutgoing()
    const current = () => org.signpost.config.current()
    const check = async (asToken: string) => {
      const homeserver = createAppserviceHomeserver({
        config: current,
        secrets: { read: async () => asToken },
        homeserver: createHomeserverApi({ config: current, http: () => http }),
      })
      const random = { bytes: (count: number) => Buffer.alloc(count, 1) }
      return await checkAppservice({ config: current(), homeserver, random })
    }
    expect(await check(tokens.asToken)).toMatchObject({ result: 'fine' })
    expect(await check('another')).toMatchObject({ result: 'appservice-not-registered' })
    await http.close()
  })

  test('joins who may command it, answers in the room, and rejects all others', async () => {
    const room = await org.createRoom(alice, { is_direct: true })
    await invite(alice, room, bot())
    await eventually(async () => (await org.membership(room, alice, bot())) === 'join', { what: 'the bot' })
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message`
    for (const text of ['!ping', '!lookup present@mail.example']) {
      await org.synapse.request('PUT', `${path}/${encodeURIComponent(text)}`, {
        token: alice.accessToken,
        body: { msgtype: 'm.text', body: text },
      })
    }
    await eventually(async () => (await saidBy(room, bot())).length === 2, { what: 'two answers' })
    expect((await saidBy(room, bot())).toSorted()).toEqual([`${idOf('present')} (list)`, 'Pong!'])

    const other = await org.createRoom(bob)
    await invite(bob, other, bot())
    await eventually(async () => (await org.membership(other, bob, bot())) === 'leave', { what: 'the no' })
  }, 60_000)

  test('mails who is invited by Matrix ID and has never signed in, and nobody about the history', async () => {
    const room = await org.createRoom(alice, { name: 'Garden club' })
    await invite(alice, room, idOf('bob'))
    await invite(alice, room, idOf('present'))
    const mail = await org.mail.waitFor(({ to }) => to.includes('present@mail.example'), 30_000)
    expect(mail.parsed.subject).toContain('Garden club')
    // Synapse tells events in their order: it is through with its history.
    expect(org.mail.messages.flatMap(({ to }) => to)).toEqual(['present@mail.example'])
  }, 60_000)

  test('takes an invitation by address that is over out of the room', async () => {
    const room = await org.createRoom(alice)
    expect(await org.invite(alice, room, 'nobody@elsewhere.example')).toBe(200)
    const { db } = org.signpost.storage
    await db
      .updateTable('invitations')
      .set({ expires_at: 1 })
      .where('address', '=', 'nobody@elsewhere.example')
      .execute()
    await eventually(async () => (await org.membership(room, alice, idOf('_signpost_expired'))) === 'leave', {
      what: 'the rejection',
      timeoutMs: 40_000,
    })
    const { state } = await db
      .selectFrom('invitations')
      .select('state')
      .where('address', '=', 'nobody@elsewhere.example')
      .executeTakeFirstOrThrow()
    expect(state).toBe('expired')
  }, 60_000)
})
