import type { MatrixError as ClientError } from 'matrix-js-sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { school } from '../backends/support/school.ts'
import { proxyPrograms, proxyUnavailable } from '../gateway/proxies/support/programs.ts'
import { visitorAddress } from '../gateway/proxies/support/visitor.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { slapdUnavailable } from '../support/slapd.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { startIntercepted, type Intercepted } from './support/intercepted.ts'

const { unavailable } = await provideSynapse()
const missing = unavailable ?? slapdUnavailable() ?? proxyUnavailable(proxyPrograms.nginx)
const passwordOf = (localpart: string) => school.find((one) => one.localpart === localpart)?.password ?? ''

describeWith('Synapse', missing, 'an organisation with Synapse, slapd and nginx', () => {
  let org: Intercepted
  beforeAll(async () => {
    org = await startIntercepted({
      authentication: { enabled: true },
      directory: { enabled: true },
      registration: { enabled: true, members: true },
      profile: { enabled: true, roles: true },
      roomInvites: { enabled: true, roles: ['teachers'] },
    })
  }, 180_000)
  afterAll(() => org?.stop())

  const byUser = (user: string, password = passwordOf(user.toLowerCase())) => ({
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user },
    password,
  })
  const signIn = async (localpart: string) => {
    const { status, body } = await org.ask('POST', '/_matrix/client/v3/login', { json: byUser(localpart) })
    expect(status).toBe(200)
    return { userId: String(body['user_id']), accessToken: String(body['access_token']) }
  }

  test('signs somebody in for the first time with the password of the directory, and with its name', async () => {
    const session = await org.client().loginRequest({ ...byUser('Anna') })
    expect(session.user_id).toBe('@anna:example.org')
    const client = org.client({ userId: session.user_id, accessToken: session.access_token })
    expect(await client.getProfileInfo('@anna:example.org')).toMatchObject({
      displayname: 'Anna Meier',
      roles: expect.arrayContaining(['teachers', 'staff']) as string[],
    })
  })

  test.each(['r0', 'v3', 'unstable', 'api/v1'])('signs in by mail and by phone under %s', async (version) => {
    for (const identifier of [
      { type: 'm.id.thirdparty', medium: 'email', address: 'Anna.Meier@school.example' },
      { type: 'm.id.phone', country: 'DE', phone: '0170 1234567' },
    ]) {
      const json = { type: 'm.login.password', identifier, password: passwordOf('anna') }
      const answer = await org.ask('POST', `/_matrix/client/${version}/login`, { json })
      expect(answer).toMatchObject({ status: 200, body: { user_id: '@anna:example.org' } })
    }
  })

  test('refuses a wrong password, and a user whom nobody knows, in the same words', async () => {
    const wrong = await org.ask('POST', '/_matrix/client/v3/login', { json: byUser('anna', 'wrong') })
    const nobody = await org.ask('POST', '/_matrix/client/v3/login', { json: byUser('nobody', 'wrong') })
    expect(wrong).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } })
    expect(nobody).toEqual(wrong)
    // What the doctor looks for after its own test sign-in: the module has asked.
    const asked = org.signpost.storage.db
      .selectFrom('activity')
      .select(['action', 'outcome'])
      .where('mxid', '=', '@nobody:example.org')
      .where('action', '=', 'password')
    const rows = await eventually(
      async () => {
        const found = await asked.execute()
        return found.length > 0 && found
      },
      { what: 'the row of the sign-in' },
    )
    expect(rows).toEqual([{ action: 'password', outcome: 'refused' }])
  })

  test('refuses a wrong password for an address and an address that nobody has in the same words', async () => {
    const refusal = async (address: string) => {
      const identifier = { type: 'm.id.thirdparty', medium: 'email', address }
      const json = { type: 'm.login.password', identifier, password: 'wrong' }
      return await org.ask('POST', '/_matrix/client/v3/login', { json })
    }
    const known = await refusal('anna@school.example')
    expect(known).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } })
    expect(await refusal('nobody@school.example')).toEqual(known)
  })

  test('leaves users of Synapse alone who are in no directory', async () => {
    await org.synapse.register('local', 'local password')
    const answer = await org.client().loginRequest(byUser('local', 'local password'))
    expect(answer.user_id).toBe('@local:example.org')
  })

  test('shows which ways to sign in Synapse has', async () => {
    const { flows } = await org.client().loginFlows()
    expect(flows.map(({ type }) => type)).toContain('m.login.password')
  })

  test('finds a person of slapd who has never signed in, by name and by mail, under every version', async () => {
    const anna = await signIn('anna')
    const { results } = await org.client(anna).searchUserDirectory({ term: 'gruber' })
    expect(results).toEqual([
      { user_id: '@carol:example.org', display_name: 'Carol, "CC" (Gruber)', avatar_url: null },
    ])
    for (const version of ['r0', 'v3', 'unstable']) {
      const path = `/_matrix/client/${version}/user_directory/search`
      for (const search_term of ['grub', 'carol_100%@school.example', '+49 30 901820', '030 901820']) {
        const { body } = await org.ask('POST', path, { token: anna.accessToken, json: { search_term } })
        expect(body).toMatchObject({ limited: false, results: [{ user_id: '@carol:example.org' }] })
      }
    }
    expect(
      await org.ask('POST', '/_matrix/client/v3/user_directory/search', { json: { search_term: 'a' } }),
    ).toMatchObject({ status: 401 })
    const unknown = { token: 'syt_unknown', json: { search_term: 'a' } }
    expect(await org.ask('POST', '/_matrix/client/v3/user_directory/search', unknown)).toMatchObject({
      status: 401,
      body: { errcode: 'M_UNKNOWN_TOKEN' },
    })
  })

  test('finds users of Synapse who are in no directory beside those who are', async () => {
    const anna = await signIn('anna')
    // Synapse takes new users into its directory when it finds the time.
    const found = await eventually(
      async () => {
        const { results } = await org.client(anna).searchUserDirectory({ term: 'local' })
        return results.length > 0 && results.map(({ user_id }) => user_id)
      },
      { what: 'Synapse to find its user' },
    )
    expect(found).toEqual(['@local:example.org'])
  })

  test.each(['r0', 'v3'])(
    'lets Synapse send codes for registration under %s to members only',
    async (version) => {
      const ask = (email: string) =>
        org.ask('POST', `/_matrix/client/${version}/register/email/requestToken`, {
          json: { email, client_secret: 'abc', send_attempt: 1 },
        })
      expect(await ask('stranger@elsewhere.example')).toMatchObject({
        status: 403,
        body: { errcode: 'M_THREEPID_DENIED' },
      })
      // This Synapse has no mail server, and says so.
      const { body } = await ask('carol_100%@school.example')
      expect(body['errcode']).not.toBe('M_THREEPID_DENIED')
      expect(String(body['error'])).toContain('mail')
    },
  )

  test.each(['r0', 'v3'])(
    'lets only teachers invite by address under %s, by every way that Synapse has',
    async (version) => {
      const [anna, bob] = [await signIn('anna'), await signIn('bob')]
      const client = `/_matrix/client/${version}`
      const byAddress = {
        medium: 'email',
        address: 'x@y.example',
        id_server: 'id.invalid',
        id_access_token: 't',
      }
      const { body: room } = await org.ask('POST', `${client}/createRoom`, {
        token: bob.accessToken,
        json: {},
      })
      const at = `${client}/rooms/${encodeURIComponent(String(room['room_id']))}`
      const ways: readonly (readonly [string, string, unknown])[] = [
        ['POST', `${at}/invite`, byAddress],
        ['PUT', `${at}/invite/1`, byAddress],
        ['PUT', `${at}/invite/`, byAddress],
        ['POST', `${client}/createRoom`, { invite_3pid: [byAddress] }],
        ['PUT', `${client}/createRoom/1`, { invite_3pid: [byAddress] }],
      ]
      for (const [method, path, json] of ways) {
        const refused = await org.ask(method, path, { token: bob.accessToken, json })
        if (path.endsWith('/invite/')) expect(refused.status).toBeGreaterThanOrEqual(400)
        else expect(refused).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } })
      }
      expect(await org.synapse.logText()).not.toContain('id.invalid')
      // By Matrix ID everybody may, with and without a transaction ID.
      expect(
        await org.ask('POST', `${at}/invite`, { token: bob.accessToken, json: { user_id: anna.userId } }),
      ).toMatchObject({ status: 200 })
      const transaction = { token: bob.accessToken, json: { name: 'x' } }
      expect(await org.ask('PUT', `${client}/createRoom/2`, transaction)).toMatchObject({ status: 200 })
    },
  )

  test('lets no way of writing a path lead past what is decided', async () => {
    const bob = await signIn('bob')
    const { body: room } = await org.ask('POST', '/_matrix/client/v3/createRoom', {
      token: bob.accessToken,
      json: {},
    })
    const id = encodeURIComponent(String(room['room_id']))
    const invite = {
      medium: 'email',
      address: 'x@y.example',
      id_server: 'trick.invalid',
      id_access_token: 't',
    }
    const json = { ...invite, invite_3pid: [invite] }
    const paths = [
      ...oddSpellings(`/_matrix/client/v3/rooms/${id}/invite`, 'invite'),
      ...oddSpellings('/_matrix/client/r0/createRoom', 'createRoom'),
    ]
    const refused = []
    for (const path of paths) {
      for (const method of ['POST', 'PUT']) {
        const headers = { authorization: `Bearer ${bob.accessToken}`, 'content-type': 'application/json' }
        const body = Buffer.from(JSON.stringify(json))
        const { status } = await org.visitor.ask({ method, path, headers, body })
        refused.push([method, path, status >= 400])
      }
    }
    expect(refused.filter(([, , isRefused]) => isRefused !== true)).toEqual([])
    expect(await org.synapse.logText()).not.toContain('trick.invalid')
  })

  test('takes the address of a client from the connection, whatever its headers say', async () => {
    const headers = {
      'x-forwarded-for': '203.0.113.7',
      'x-real-ip': '203.0.113.7',
      forwarded: 'for=203.0.113.7',
    }
    const body = Buffer.from(JSON.stringify(byUser('liar', 'wrong')))
    const path = '/_matrix/client/v3/login'
    expect(await org.visitor.ask({ method: 'POST', path, headers, body })).toMatchObject({ status: 403 })
    const row = org.signpost.storage.db
      .selectFrom('activity')
      .select('ip')
      .where('action', '=', 'login')
      .where('mxid', '=', '@liar:example.org')
    expect(await eventually(() => row.executeTakeFirst(), { what: 'the row of the sign-in' })).toEqual({
      ip: visitorAddress,
    })
  })

  test('tells matrix-js-sdk why an invitation was refused', async () => {
    const bob = await signIn('bob')
    const client = org.client(bob)
    const { room_id } = await client.createRoom({})
    client.setIdentityServerUrl('https://id.invalid')
    const refusal: unknown = await org
      .ask('POST', `/_matrix/client/v3/rooms/${room_id}/invite`, {
        token: bob.accessToken,
        json: { medium: 'email', address: 'x@y.example', id_server: 'id.invalid', id_access_token: 't' },
      })
      .catch((error: ClientError) => error)
    expect(refusal).toMatchObject({
      body: { error: expect.stringContaining('Invite them by their Matrix ID') as string },
    })
  })

  test('has a doctor that finds every path and every feature in order', async () => {
    const found = [...(await org.examine('public-url')), ...(await org.examine('homeserver'))]
    const of = (check: string) =>
      found
        .filter((finding) => finding.check === check)
        .map(({ status, code, subject }) => [status, code, subject])
    expect(of('routes')).toEqual([['ok', 'routes', null]])
    expect(of('password-provider')).toEqual([['ok', 'password-provider', null]])
    // This Synapse lets everybody register, without an address, too.
    expect(of('intercepts')).toEqual([
      ['ok', 'intercepts', 'sign-in'],
      ['ok', 'intercepts', 'search'],
      ['warning', 'registration-without-address', 'registration'],
      ['ok', 'intercepts', 'profile'],
      ['ok', 'intercepts', 'room-invites'],
    ])
  })

  test('keeps passwords and tokens out of both logs', async () => {
    const anna = await signIn('anna')
    await org.client(anna).searchUserDirectory({ term: 'secret-search-term' })
    const logs = org.signpost.logText() + (await org.synapse.logText())
    for (const secret of [
      passwordOf('anna'),
      anna.accessToken,
      'secret of the module',
      'secret-search-term',
    ]) {
      expect(logs).not.toContain(secret)
    }
  })

  test('lets users of Synapse in while slapd is down, and searches with what it has', async () => {
    await org.slapd.stop()
    const local = await org.client().loginRequest(byUser('Local', 'local password'))
    expect(local.user_id).toBe('@local:example.org')
    const session = { userId: local.user_id, accessToken: local.access_token }
    const { results } = await org.client(session).searchUserDirectory({ term: 'anna' })
    expect(results.map(({ user_id }) => user_id)).toContain('@anna:example.org')
    await org.slapd.start()
  })
})

/** Ways to write a path that a proxy, Signpost and a homeserver could each read in another way. */
function oddSpellings(path: string, last: string): readonly string[] {
  const parent = path.slice(0, -last.length)
  const encoded = `%${last.charCodeAt(0).toString(16)}${last.slice(1)}`
  const client = path.replace('/_matrix/client/', '')
  return [
    ...[`/${path}`, `${parent}/${last}`, `${path}//`, `${parent}./${last}`, `${parent}%2e/${last}`],
    ...[`${parent}x/../${last}`, `${parent}x/%2e%2e/${last}`, `${parent}x%2F..%2F${last}`],
    ...[parent + encoded, `${parent}%2F${last}`, `${path}%2F`, `${path}%3F`, `${path}%23`, `${path};x=1`],
    ...[`${path}%00`, `${path}%20`, `${path}.json`, `${parent}${last.toUpperCase()}`, `${parent}\\${last}`],
    ...[`/_MATRIX/client/${client}`, `/_matrix%2Fclient/${client}`, `/%5fmatrix/client/${client}`],
    ...[`/_matrix/client/${client.replace(/^(v3|r0)/, '%$&')}`, `/_matrix/client/v1/${client.slice(3)}`],
    ...[
      `/_matrix/client/./${client}`,
      `/_matrix/identity/../client/${client}`,
      `/_matrix/x/..;/client/${client}`,
    ],
    `https://matrix.example.org${path.replace('/client/', '//client/')}`,
  ]
}
