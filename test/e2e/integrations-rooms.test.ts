import type { MatrixError as ClientError } from 'matrix-js-sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { school } from '../backends/support/school.ts'
import { proxyPrograms, proxyUnavailable } from '../gateway/proxies/support/programs.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { slapdUnavailable } from '../support/slapd.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { firstContact, textsBy } from './support/bot-room.ts'
import { startIntercepted, type Intercepted } from './support/intercepted.ts'
import { joinOnceInvited, type Person } from './support/organisation.ts'

const { unavailable } = await provideSynapse()
const missing = unavailable ?? slapdUnavailable() ?? proxyUnavailable(proxyPrograms.nginx)
const passwordOf = (localpart: string) => school.find((one) => one.localpart === localpart)?.password ?? ''
const tokens = { asToken: 'as-token-of-the-test', hsToken: 'hs-token-of-the-test' }
const bot = '@signpost:example.org'
const newPassword = 'correct horse battery'
const versions = ['r0', 'v3'] as const

const roomSchema = z.looseObject({ room_id: z.string() })
describeWith('Synapse', missing, 'rooms of an organisation with Synapse, slapd and nginx', () => {
  let org: Intercepted
  let anna: Person
  let bob: Person
  beforeAll(async () => {
    org = await startIntercepted(
      ({ synapse: { adminToken } }) => ({
        authentication: { enabled: true },
        registration: { enabled: true },
        roomInvites: { enabled: true, roles: ['teachers'] },
        signUp: { enabled: true, adminToken, roles: ['teachers'] },
        invitations: { resolveEvery: '1s' },
        activity: { requests: true, level: 'debug' },
      }),
      {
        appservice: {
          enabled: true,
          ...tokens,
          invited: { enabled: true },
          bot: { enabled: true, roles: ['teachers'] },
        },
        synapse: {
          enable_registration: true,
          registration_requires_token: true,
          caches: { sync_response_cache_duration: '0s' },
        },
      },
    )
    anna = await person('anna')
    bob = await person('bob')
    // Synapse speaks to the application service for the first time; all that was before is history.
    await firstContact(org.signpost)
  }, 180_000)
  afterAll(() => org?.stop())

  const idOf = (localpart: string) => `@${localpart}:example.org`

  async function logIn(user: string, password: string) {
    const identifier = { type: 'm.id.user', user }
    const json = { type: 'm.login.password', identifier, password }
    const { status, body } = await org.ask('POST', '/_matrix/client/v3/login', { json })
    return { status, userId: String(body['user_id']), accessToken: String(body['access_token']) }
  }

  /** Signs somebody of the directory in through nginx, at the homeserver and at the identity server. */
  async function person(localpart: string): Promise<Person> {
    const session = await logIn(localpart, passwordOf(localpart))
    return { ...session, identityToken: await org.identity.register(await org.synapse.openIdToken(session)) }
  }

  async function post(who: Person, path: string, json: object) {
    return await org.ask('POST', `/_matrix/client/${path}`, { token: who.accessToken, json })
  }
  const createRoom = async (who: Person, version = 'v3', body: object = {}) =>
    roomSchema.parse((await post(who, `${version}/createRoom`, body)).body).room_id
  const at = (roomId: string) => `rooms/${encodeURIComponent(roomId)}`
  const byAddress = (who: Person, address: string) => ({
    id_server: new URL(org.signpost.config.current().server.publicUrl ?? '').host,
    id_access_token: who.identityToken,
    ...{ medium: 'email', address },
  })

  async function linkFor(address: string): Promise<string> {
    const { parsed } = await org.mail.waitFor(({ to }) => to.includes(address), 30_000)
    const link = /https:\/\/\S+\/_signpost\/sign-up\/\?\S+/.exec(parsed.text ?? '')?.[0]
    if (link === undefined) throw new Error(`no link to sign up in the mail:\n${parsed.text}`)
    return link
  }

  /** From the link of a mail to the room, as somebody does who was invited. */
  async function signUpAndJoin(link: string, localpart: string, roomId: string): Promise<unknown> {
    const page = await org.identity.open(link)
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Anna Meier') as string })
    const token = new URL(link).searchParams.get('token') ?? ''
    const form = { token, localpart, password: newPassword, repeated: newPassword }
    expect(await org.identity.submit(link, form)).toMatchObject({ status: 200 })
    const session = await logIn(localpart, newPassword)
    expect(session).toMatchObject({ status: 200, userId: idOf(localpart) })
    await joinOnceInvited(org.synapse, session, roomId)
    expect((await org.identity.submit(link, { ...form, localpart: 'second' })).status).toBe(404)
    const path = `/_matrix/client/v3/${at(roomId)}/state/m.room.member/${encodeURIComponent(session.userId)}`
    return (await org.ask('GET', path, { token: anna.accessToken })).body['membership']
  }

  test.each(versions)(
    'a teacher invites by address under %s, and who is invited signs up by the link and is in the room',
    async (version) => {
      const roomId = await createRoom(anna, version, { name: 'Garden club' })
      const address = `guest-${version}@elsewhere.example`
      expect(await post(anna, `${version}/${at(roomId)}/invite`, byAddress(anna, address))).toMatchObject({
        status: 200,
      })
      expect(await signUpAndJoin(await linkFor(address), `guest-${version}`, roomId)).toBe('join')
    },
  )

  test.each(versions)(
    'a teacher makes a room under %s that begins with an invitation by address',
    async (version) => {
      const address = `first-${version}@elsewhere.example`
      const roomId = await createRoom(anna, version, { invite_3pid: [byAddress(anna, address)] })
      expect(await signUpAndJoin(await linkFor(address), `first-${version}`, roomId)).toBe('join')
    },
  )

  test('matrix-js-sdk invites for a teacher, and tells a pupil why it may not', async () => {
    const address = 'sdk@elsewhere.example'
    const teacher = org.client(anna)
    const { room_id } = await teacher.createRoom({ name: 'Garden club' })
    await teacher.inviteByThreePid(room_id, 'email', address)
    expect(await signUpAndJoin(await linkFor(address), 'sdk', room_id)).toBe('join')

    const pupil = org.client(bob)
    const own = await pupil.createRoom({})
    const refusal: unknown = await pupil
      .inviteByThreePid(own.room_id, 'email', 'nobody@elsewhere.example')
      .catch((error: ClientError) => error)
    expect(refusal).toMatchObject({
      errcode: 'M_FORBIDDEN',
      message: expect.stringContaining('Invite them by their Matrix ID') as string,
    })
  })

  test.each(versions)('a pupil cannot invite by address under %s, and no mail goes out', async (version) => {
    const roomId = await createRoom(bob, version)
    const address = `refused-${version}@elsewhere.example`
    const invite = byAddress(bob, address)
    for (const [path, json] of [
      [`${at(roomId)}/invite`, invite],
      ['createRoom', { invite_3pid: [invite] }],
    ] as const) {
      expect(await post(bob, `${version}/${path}`, json)).toMatchObject({
        status: 403,
        body: { errcode: 'M_FORBIDDEN' },
      })
    }
    expect(org.mail.messages.flatMap(({ to }) => to)).not.toContain(address)
    const stored = org.signpost.storage.db.selectFrom('invitations').select('address')
    expect((await stored.execute()).map((row) => row.address)).not.toContain(address)
  })

  test.each(versions)('only who is invited gets a code to register with under %s', async (version) => {
    const roomId = await createRoom(anna, version)
    const address = `coded-${version}@elsewhere.example`
    await post(anna, `${version}/${at(roomId)}/invite`, byAddress(anna, address))
    const ask = async (email: string) => {
      const path = `/_matrix/client/${version}/register/email/requestToken`
      const json = { email, client_secret: 'abc', send_attempt: 1 }
      return (await org.ask('POST', path, { json })).body['errcode']
    }
    expect(await ask(`stranger-${version}@elsewhere.example`)).toBe('M_THREEPID_DENIED')
    // This Synapse has no mail server: it is asked, and says so.
    expect(await ask(address)).toBe('M_UNKNOWN')
    const { body } = await org.ask('POST', `/_matrix/client/${version}/register/email/requestToken`, {
      json: { email: address, client_secret: 'abc', send_attempt: 1 },
    })
    expect(String(body['error'])).toContain('mail')
  })

  test('nobody registers without an invitation', async () => {
    const json = { username: 'stranger', password: newPassword, auth: { type: 'm.login.dummy' } }
    for (const version of versions) {
      expect((await org.ask('POST', `/_matrix/client/${version}/register`, { json })).status).not.toBe(200)
    }
    expect(await logIn('stranger', newPassword)).toMatchObject({ status: 403 })
  })

  test.each(versions)(
    'a person of slapd who never signed in is mailed when invited by Matrix ID under %s',
    async (version) => {
      const roomId = await createRoom(anna, version, { name: `Choir ${version}` })
      expect(await post(anna, `${version}/${at(roomId)}/invite`, { user_id: idOf('carol') })).toMatchObject({
        status: 200,
      })
      const isIt = (subject: string | undefined) => subject?.includes(`Choir ${version}`) === true
      const mail = await org.mail.waitFor(({ parsed }) => isIt(parsed.subject), 30_000)
      expect(mail.to).toEqual(['carol_100%@school.example'])
      // Who is there already hears of it in their client.
      await post(anna, `${version}/${at(roomId)}/invite`, { user_id: bob.userId })
    },
  )

  const said = async (who: Person, roomId: string, version = 'v3') => {
    const path = `/_matrix/client/${version}/${at(roomId)}/messages?dir=b&limit=50`
    const { body } = await org.ask('GET', path, { token: who.accessToken })
    return textsBy(bot, body)
  }

  async function roomWithBot(who: Person): Promise<string> {
    const { room_id } = await org.client(who).createRoom({ is_direct: true, invite: [bot] })
    const path = `/_matrix/client/v3/${at(room_id)}/joined_members`
    const isIn = async () =>
      JSON.stringify((await org.ask('GET', path, { token: who.accessToken })).body).includes(bot)
    await eventually(isIn, { what: 'the bot to join', timeoutMs: 30_000 })
    return room_id
  }

  test('the bot answers each of its commands in a room, where matrix-js-sdk writes them', async () => {
    const open = await createRoom(anna)
    for (const name of ['again', 'revoked']) {
      await post(anna, `v3/${at(open)}/invite`, byAddress(anna, `${name}@elsewhere.example`))
      await org.mail.waitFor(({ to }) => to.includes(`${name}@elsewhere.example`), 30_000)
    }
    const idFor = async (name: string) => {
      const { db } = org.signpost.storage
      const row = db.selectFrom('invitations').select('id').where('address', '=', `${name}@elsewhere.example`)
      return (await row.executeTakeFirstOrThrow()).id
    }
    const [again, revoked] = [await idFor('again'), await idFor('revoked')]
    const roomId = await roomWithBot(anna)
    const commands: readonly (readonly [string, RegExp])[] = [
      ['!help', /!lookup ADDRESS/],
      ['!ping', /^Pong!$/],
      ['!lookup carol_100%@school.example', /^@carol:example\.org \(school\)$/],
      ['!invite list', /again@elsewhere\.example/],
      [`!invite show ${again}`, /to again@elsewhere\.example, from @anna:example\.org/],
      [`!invite resend ${again}`, /written to again|too recent/],
      [`!invite revoke ${revoked}`, /It is revoked/],
      ['!doctor', /^(Problems: \d+|Everything)/],
      ['!status', /^Signpost \d/],
    ]
    const client = org.client(anna)
    for (const [index, [command, answer]] of commands.entries()) {
      await client.sendTextMessage(roomId, command)
      const texts = await eventually(
        async () => {
          const soFar = await said(anna, roomId)
          return soFar.length > index && soFar
        },
        { what: `the answer to ${command}`, timeoutMs: 40_000 },
      )
      expect(texts[0]).toMatch(answer)
    }
    expect(await said(anna, roomId, 'r0')).toHaveLength(commands.length)
  }, 120_000)

  test('the bot goes into no room of a pupil', async () => {
    const { room_id } = await org.client(bob).createRoom({ invite: [bot] })
    const path = `/_matrix/client/v3/${at(room_id)}/state/m.room.member/${encodeURIComponent(bot)}`
    await eventually(
      async () => (await org.ask('GET', path, { token: bob.accessToken })).body['membership'] === 'leave',
      { what: 'the rejection', timeoutMs: 30_000 },
    )
  })

  test('wrote nobody else a mail, and no token, password or link into a log', async () => {
    const mailed = [...new Set(org.mail.messages.flatMap(({ to }) => to))]
    expect(mailed.filter((address) => !address.endsWith('@elsewhere.example'))).toEqual([
      'carol_100%@school.example',
    ])
    const log = org.signpost.logText()
    for (const secret of [
      ...Object.values(tokens),
      ...[org.synapse.adminToken, newPassword, passwordOf('anna'), passwordOf('bob')],
      ...[anna, bob].flatMap(({ accessToken, identityToken }) => [accessToken, identityToken]),
      ...['sign-up/?token=', '@elsewhere.example'],
    ]) {
      expect(log).not.toContain(secret)
    }
  })
})
