import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeLink } from '../../src/sign-up/links.ts'
import { startExampleServer, type ExampleServer } from '../backends/rest/example-server.ts'
import { writePeopleFile } from '../backends/support/example-people.ts'
import { invitationRow } from '../storage/rows.ts'
import { createApiClient, type ApiAnswer, type ApiClient } from '../support/api-client.ts'
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts'
import { startClientHomeserver, type ClientHomeserver } from '../support/client-homeserver.ts'
import { json, startHttpPeer, type Handler, type HttpPeer } from '../support/http-peer.ts'
import { eventually } from '../support/poll.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { watchConnections, type WatchedConnections } from '../support/watch-connections.ts'

const client = '/_matrix/client/v3'
const secretOf = (name: string) => `${name}-${randomBytes(9).toString('hex')}`
const tokens = {
  asToken: secretOf('as'),
  hsToken: secretOf('hs'),
  adminToken: secretOf('admin'),
  provider: secretOf('provider'),
}
const newPassword = secretOf('password')
const redirects = [301, 302, 303, 307, 308]

describe('a token that passes through Signpost', () => {
  let homeserver: ClientHomeserver
  let people: ExampleServer
  let directory: HttpPeer
  let elsewhere: HttpPeer
  let appliance: TestAppliance
  let api: ApiClient
  let watched: WatchedConnections
  beforeAll(async () => {
    watched = watchConnections()
    homeserver = await startClientHomeserver({ anna: { password: 'x' }, dora: { password: 'y' } })
    people = await startExampleServer(await writePeopleFile())
    directory = await startHttpPeer({ handler: passTo(people.url) })
    elsewhere = await startHttpPeer()
    appliance = await startTestAppliance({
      config: {
        matrix: { domain: homeserver.domain, homeserverUrl: homeserver.url },
        backends: [{ id: 'school', type: 'rest', url: `http://127.0.0.1:${directory.port}` }],
        authentication: { enabled: true, provider: { enabled: true, secret: tokens.provider } },
        directory: { enabled: true },
        profile: { enabled: true, roles: true, threepids: true },
        registration: { enabled: true, members: true },
        roomInvites: { enabled: true, roles: ['teachers'] },
        appservice: {
          ...{ enabled: true, asToken: tokens.asToken, hsToken: tokens.hsToken },
          invited: { enabled: true },
          bot: { enabled: true, users: ['@anna:*'] },
        },
        signUp: { enabled: true, adminToken: tokens.adminToken },
        activity: { requests: true, level: 'debug' },
      },
    })
    api = createApiClient(appliance.publicAddress)
    // What comes before the homeserver first speaks is history.
    await api.request('PUT', '/_matrix/app/v1/transactions/first', {
      token: tokens.hsToken,
      json: { events: [] },
    })
  })
  afterAll(async () => {
    watched.stop()
    await appliance?.stop()
    await Promise.all([people, directory, homeserver, elsewhere].map((part) => stop(part)))
  })

  const token = () => homeserver.tokenOf('anna')
  const byAddress = { id_server: 'x', id_access_token: 'y', medium: 'email', address: 'x@y.example' }

  /** Everything that a client with a token asks through Signpost, by header and by query. */
  async function askEverything(): Promise<readonly ApiAnswer[]> {
    const header = { token: token() }
    const query = { query: { access_token: token() } }
    const asked = [header, query].flatMap((way) => [
      api.get(`${client}/login`, way),
      api.post(`${client}/login`, { ...way, json: { type: 'm.login.token', token: token() } }),
      api.post(`${client}/user_directory/search`, { ...way, json: { search_term: 'gruber' } }),
      api.get(`${client}/profile/@anna:example.org`, way),
      api.post(`${client}/register/email/requestToken`, {
        ...way,
        json: { email: 'anna@school.example', client_secret: 's', send_attempt: 1 },
      }),
      api.post(`${client}/rooms/!a:example.org/invite`, { ...way, json: byAddress }),
      api.request('PUT', `${client}/createRoom/1`, { ...way, json: { invite_3pid: [byAddress] } }),
    ])
    return await Promise.all(asked)
  }

  const redirect =
    (status: number): Handler =>
    ({ url }, response) =>
      void response.writeHead(status, { location: `http://127.0.0.1:${elsewhere.port}${url}` }).end()

  test('reaches the homeserver and nobody else', async () => {
    await askEverything()
    expect(JSON.stringify(homeserver.peer.seen)).toContain(token())
    expect(directory.seen.length).toBeGreaterThan(0)
    expect(JSON.stringify(directory.seen)).not.toContain(token())
  })

  test.each(redirects)('is not taken along when the homeserver redirects with %i', async (status) => {
    homeserver.intercept('', redirect(status))
    const unseen = await askEverything()
    homeserver.intercept('', null)
    // The same for somebody whom the homeserver has vouched for, so that the last request is the one redirected.
    await askEverything()
    homeserver.intercept('', redirect(status))
    const seen = await askEverything()
    homeserver.intercept('', null)
    for (const answer of [...unseen, ...seen]) {
      // A browser would follow it, and send its token there.
      expect(answer.headers.get('location')).toBeNull()
    }
    expect(elsewhere.connections).toBe(0)
  })

  test.each(redirects)(
    'of the application service goes nowhere else by a redirect with %i',
    async (status) => {
      homeserver.intercept('', redirect(status))
      const room = `!room-${status}:example.org`
      const event = (type: string, content: object, more: object = {}) => ({
        event_id: `$${type}-${status}`,
        ...{ type, room_id: room, sender: '@anna:example.org', origin_server_ts: Date.now(), content },
        ...more,
      })
      const invite = { membership: 'invite' }
      const events = [
        event('m.room.member', invite, { state_key: '@signpost:example.org' }),
        event('m.room.message', { msgtype: 'm.text', body: '!ping' }),
        event('m.room.member', invite, {
          event_id: `$x-${status}`,
          state_key: '@_signpost_expired:example.org',
        }),
        event('m.room.member', invite, { event_id: `$y-${status}`, state_key: '@carol:example.org' }),
      ]
      const told = await api.request('PUT', `/_matrix/app/v1/transactions/${status}`, {
        token: tokens.hsToken,
        json: { events },
      })
      expect(told).toMatchObject({ status: 200 })
      const asked = () => homeserver.peer.seen.map(({ url }) => decodeURIComponent(url))
      for (const part of [`/join/${room}`, `/rooms/${room}/joined_members`, '/profile/@carol:example.org']) {
        await eventually(() => asked().some((url) => url.includes(part)), { what: part })
      }
      await api.get('/_matrix/app/v1/users/@signpost:example.org', { token: tokens.hsToken })
      homeserver.intercept('', null)
      expect(JSON.stringify(homeserver.peer.seen)).toContain(tokens.asToken)
      expect(elsewhere.connections).toBe(0)
    },
  )

  test.each(redirects)('of the administrator goes nowhere else by a redirect with %i', async (status) => {
    const id = `signs-up-${status}`
    const later = Date.now() + 60_000
    const row = { ...invitationRow(id), address: `${id}@elsewhere.example`, expires_at: later }
    await appliance.storage.db.insertInto('invitations').values(row).execute()
    const runtime = { ...createTestRuntime(), clock: Date, random: { bytes: randomBytes } }
    const link = await makeLink(appliance.storage.db, runtime, id)
    const stages = ['m.login.registration_token']
    homeserver.intercept('/register', json(401, { session: 's', flows: [{ stages }] }))
    homeserver.intercept('', redirect(status))
    const form = { token: link, localpart: `guest${status}`, password: newPassword, repeated: newPassword }
    expect(await api.post('/_signpost/sign-up/', { form })).toMatchObject({ status: 503 })
    expect(homeserver.asked('/registration_tokens/new').at(-1)?.headers.authorization).toBe(
      `Bearer ${tokens.adminToken}`,
    )
    homeserver.intercept('/register', redirect(status))
    expect(await api.post('/_signpost/sign-up/', { form })).toMatchObject({ status: 503 })
    homeserver.intercept('/register', null)
    homeserver.intercept('', null)
    expect(elsewhere.connections).toBe(0)
    expect(appliance.logText()).not.toContain(link)
  })

  test('has seen every connection of all this, and each leads to a server that the operator has named', () => {
    const ports = [homeserver.peer.port, directory.port, Number(new URL(people.url).port)]
    const own = Number(new URL(appliance.publicAddress).port)
    const expected = [...ports, own].map((port) => `127.0.0.1:${port}`)
    expect([...watched.targets].toSorted()).toEqual(expected.toSorted())
  })

  test('is nothing that a directory is told, nor any other secret, and nothing that is logged', () => {
    const told = JSON.stringify(directory.seen)
    for (const secret of [...Object.values(tokens), token(), newPassword]) {
      expect(told).not.toContain(secret)
      expect(appliance.logText()).not.toContain(secret)
    }
    expect(appliance.logText()).toContain('/transactions/:txnId')
  })
})

/** Hands a request on to the server behind it, and its answer back. */
function passTo(url: string): Handler {
  return ({ method, url: path, body }, response) => {
    const sent = method === 'GET' ? {} : { body, headers: { 'content-type': 'application/json' } }
    void fetch(url + path, { method, ...sent }).then(async (answer) => {
      const type = answer.headers.get('content-type') ?? 'application/json'
      response.writeHead(answer.status, { 'content-type': type }).end(await answer.text())
    })
  }
}

const stop = (part: ExampleServer | HttpPeer | ClientHomeserver | undefined) =>
  part === undefined ? null : 'stop' in part ? part.stop() : part.close()
