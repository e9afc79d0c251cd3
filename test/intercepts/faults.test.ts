import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { school } from '../backends/support/school.ts'
import type { ApiAnswer } from '../support/api-client.ts'
import { copied } from '../support/copied.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { slapdUnavailable } from '../support/slapd.ts'
import {
  homeserverFaults,
  localPassword,
  startFaultWorld,
  type FaultWorld,
  type HomeserverFault,
} from './support/fault-world.ts'

/*
 * Whatever is broken stays broken until the answer is there: an answer that waited for the end of the fault would never
 * come. What is silent is silent for good, so that only Signpost's own time limits end the wait.
 */

const client = '/_matrix/client/v3'
const byAddress = { id_server: 'x', id_access_token: 'y', medium: 'email', address: 'x@y.example' }
const passwordOf = (localpart: string) => school.find((one) => one.localpart === localpart)?.password ?? ''

/** What clients and the homeserver ask of a world. */
function asking(world: () => FaultWorld) {
  const token = (user: string) => ({ token: world().homeserver.tokenOf(user) })
  const logIn = (identifier: object) =>
    world().api.post(`${client}/login`, {
      json: { type: 'm.login.password', identifier, password: localPassword },
    })
  return {
    ways: () => world().api.get(`${client}/login`),
    logInByName: (user: string) => logIn({ type: 'm.id.user', user }),
    logInByMail: (address: string) => logIn({ type: 'm.id.thirdparty', medium: 'email', address }),
    profile: (user: string) => world().api.get(`${client}/profile/@${user}:example.org`),
    search: (user: string, search_term: string) =>
      world().api.post(`${client}/user_directory/search`, { ...token(user), json: { search_term } }),
    code: (email: string) =>
      world().api.post(`${client}/register/email/requestToken`, {
        json: { email, client_secret: 's', send_attempt: 1 },
      }),
    invite: (user: string) =>
      world().api.post(`${client}/rooms/!a:example.org/invite`, { ...token(user), json: byAddress }),
    inviteById: (user: string) =>
      world().api.post(`${client}/rooms/!a:example.org/invite`, {
        ...token(user),
        json: { user_id: '@x:example.org' },
      }),
    checkPassword: (user: string) =>
      world().api.post('/_matrix-internal/identity/v1/check_credentials', {
        json: { user: { id: `@${user}:example.org`, password: passwordOf(user) } },
      }),
  }
}

const found = (limited: boolean, ...users: readonly string[]) => ({
  status: 200,
  body: { limited, results: users.map((user) => ({ user_id: `@${user}:example.org` })) },
})
const denied = { status: 403, body: { errcode: 'M_THREEPID_DENIED' } }
const later = { status: 503, body: { errcode: 'M_UNKNOWN' } }
const noVerdict = { status: 200, body: { auth: { success: false } } }

function expectHomeserverFailure(answer: ApiAnswer, status: number): void {
  expect(answer).toMatchObject({ status, body: { errcode: 'M_UNKNOWN' } })
  expect(answer.text).toContain('homeserver')
  expect(answer.text).not.toContain('127.0.0.1')
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
}

describeWith('slapd', slapdUnavailable(), 'between clients, a homeserver and a directory with a copy', () => {
  let world: FaultWorld
  beforeAll(async () => {
    world = await startFaultWorld({ timeout: '2s' })
    await copied(world.appliance, 'school')
    // Seen once, so that the homeserver's word about them counts for a while.
    for (const user of ['dora', 'anna', 'bob']) await ask.search(user, 'x')
  })
  afterAll(() => world?.stop())
  const ask = asking(() => world)

  describe.each(Object.entries(homeserverFaults) as [HomeserverFault, number][])(
    'when the homeserver %s',
    (fault, status) => {
      beforeAll(() => world.breakHomeserver(fault))
      afterAll(() => world.breakHomeserver(null))

      test.each([
        ['to see the ways to sign in', () => ask.ways()],
        ['to sign in by name', () => ask.logInByName('dora')],
        ['to sign in by address', () => ask.logInByMail('anna@school.example')],
        ['for a profile', () => ask.profile('anna')],
        ['for a code to register with', () => ask.code('a@partner.example')],
        ['to search, unseen before', () => ask.search(`stranger to ${fault}`, 'gruber')],
        ['to invite, unseen before', () => ask.invite(`stranger to ${fault}`)],
      ])('whoever asks %s is told so', async (_what, request) => {
        expectHomeserverFailure(await request(), status)
      })

      test('who was seen before finds people of the directory, and reads that it is not all', async () => {
        expect(await ask.search('dora', 'gruber')).toMatchObject(found(true, 'carol'))
      })

      test('what Signpost decides by itself is decided as ever', async () => {
        expect(await ask.code('x@stranger.example')).toMatchObject(denied)
        expect(await ask.invite('bob')).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } })
        expect(await ask.checkPassword('anna')).toMatchObject({ body: { auth: { success: true } } })
      })
    },
  )

  test('all of it works again when the homeserver does', async () => {
    expect(await ask.logInByName('dora')).toMatchObject({ status: 200 })
    expect(await ask.invite('dora')).toMatchObject({ status: 200 })
    expect(await ask.search('dora', 'gruber')).toMatchObject(found(false, 'carol'))
  })

  test('a homeserver in whose place a web site answers is not believed', async () => {
    world.homeserver.intercept('', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>')
    })
    expect(await ask.search('erik', 'gruber')).toMatchObject({ status: 502 })
    expect(await ask.invite('erik')).toMatchObject({ status: 502 })
    expect(await ask.search('dora', 'gruber')).toMatchObject(found(true, 'carol'))
    expect((await ask.profile('anna')).text).not.toContain('Meier')
    world.homeserver.intercept('', null)
  })

  describe.each([
    ['is dead', (one: FaultWorld) => one.slapd.kill()],
    ['hangs', (one: FaultWorld) => one.slapd.freeze()],
  ])('when the directory %s', (_what, strike) => {
    beforeAll(() => strike(world))
    afterAll(async () => {
      await world.slapd.stop()
      await world.slapd.start()
      const works = async () => JSON.stringify((await ask.checkPassword('anna')).body).includes('true')
      await eventually(works, { what: 'the directory to be asked again', timeoutMs: 90_000 })
    })

    test('people sign in by name, and by the addresses that the copy has', async () => {
      expect(await ask.logInByName('dora')).toMatchObject({ status: 200 })
      expect(await ask.logInByMail('anna@school.example')).toMatchObject({
        status: 200,
        body: { user_id: '@anna:example.org' },
      })
    })

    test('the homeserver hears no verdict on a password, and goes on with its own', async () => {
      expect(await ask.checkPassword('anna')).toMatchObject(noVerdict)
    })

    test('people are found in the copy, and that is everybody', async () => {
      expect(await ask.search('dora', 'gruber')).toMatchObject(found(false, 'carol'))
    })

    test('profiles are those of the homeserver', async () => {
      expect((await ask.profile('dora')).body).toEqual({ avatar_url: 'mxc://x/y' })
    })

    test('members of the copy get a code, others are put off and not turned away', async () => {
      expect(await ask.code('anna@school.example')).toMatchObject({ status: 200 })
      expect(await ask.code('a@partner.example')).toMatchObject({ status: 200 })
      expect(await ask.code('x@stranger.example')).toMatchObject(later)
    })

    test('who may invite by name may, and who may by a role is put off', async () => {
      expect(await ask.invite('dora')).toMatchObject({ status: 200 })
      expect(await ask.inviteById('anna')).toMatchObject({ status: 200 })
      const answer = await ask.invite('anna')
      expect(answer).toMatchObject(later)
      expect(answer.text).toContain('Try again later')
    })

    test('and the homeserver keeps silent, too, every question ends, and the copy answers', async () => {
      await world.breakHomeserver('keeps silent')
      for (const answer of await Promise.all([
        ask.logInByName('dora'),
        ask.logInByMail('nobody@school.example'),
        ask.profile('anna'),
        ask.code('anna@school.example'),
      ])) {
        expectHomeserverFailure(answer, 504)
      }
      expect(await ask.search('dora', 'gruber')).toMatchObject(found(true, 'carol'))
      expect(await ask.checkPassword('anna')).toMatchObject(noVerdict)
      await world.breakHomeserver(null)
    })
  })
})

describeWith('slapd', slapdUnavailable(), 'a directory that is asked live and hangs', () => {
  let world: FaultWorld
  beforeAll(async () => {
    // Far more than whoever signs in waits for.
    world = await startFaultWorld({ timeout: '10s', sync: { enabled: false } })
    await ask.search('dora', 'x')
    await world.slapd.freeze()
  })
  afterAll(async () => {
    world?.slapd.thaw()
    await world?.stop()
  })
  afterEach(() => world.breakHomeserver(null))
  const ask = asking(() => world)

  test('keeps nobody from signing in with what the homeserver knows', async () => {
    expect(await ask.checkPassword('anna')).toMatchObject(noVerdict)
    expect(await ask.logInByMail('anna@school.example')).toMatchObject({ status: 403 })
    const [sent] = world.homeserver.asked('/login')
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ identifier: { address: 'anna@school.example' } })
    expect(await ask.logInByName('Dora')).toMatchObject({
      status: 200,
      body: { user_id: '@dora:example.org' },
    })
  })

  test('leaves the search with what the homeserver knows, which is not all', async () => {
    expect(await ask.search('dora', 'anna')).toMatchObject(found(true, 'anna'))
  })

  test('leaves an empty answer that is not all when the homeserver is silent, too', async () => {
    await world.breakHomeserver('keeps silent')
    expect(await ask.search('dora', 'gruber')).toMatchObject(found(true))
  })

  test('is asked again once it goes on', async () => {
    world.slapd.thaw()
    const answers = async () => (await ask.search('dora', 'gruber')).body
    await eventually(async () => JSON.stringify(await answers()).includes('@carol:'), {
      what: 'the directory to be asked again',
      timeoutMs: 90_000,
    })
    expect(await ask.search('dora', 'gruber')).toMatchObject(found(false, 'carol'))
    expect(await ask.code('anna@school.example')).toMatchObject({ status: 200 })
    expect(await ask.code('x@stranger.example')).toMatchObject(denied)
  })
})
