import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { json, startHttpPeer } from '../support/http-peer.ts'
import { startStandInPeer, type StandInPeer } from './support/stand-in-peer.ts'
import {
  account,
  accountSecret,
  email,
  ourDomain,
  phone,
  startFederationWorld,
  type FederationWorld,
} from './support/federation-world.ts'

let world: FederationWorld
const started: StandInPeer[] = []

beforeAll(async () => {
  world = await startFederationWorld()
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((peer) => peer.close()))
})
afterAll(() => world.close())

const policies = {
  privacy: {
    version: '3',
    en: { name: 'Privacy', url: 'https://central.example/privacy-3-en' },
    de: { name: 'Datenschutz', url: 'https://central.example/privacy-3-de' },
  },
  terms: { version: '1', en: { name: 'Terms', url: 'https://central.example/terms-1' } },
}

/** A server as matrix.org ran one: hashed lookups with an account. */
async function centralServer() {
  const peer = await startStandInPeer({
    apis: ['v2', 'v1'],
    isOpenIdToken: (token) => world.homeserver.issued.has(token),
  })
  started.push(peer)
  peer.people.set('email dan@far.example', '@dan:far.example')
  peer.people.set('msisdn 491701234567', '@phone:far.example')
  return { peer, url: `http://127.0.0.1:${peer.http.port}` }
}

describe('a central server', () => {
  it('is asked for hashes with an account, for mail and phone, and named as the source', async () => {
    const { peer, url } = await centralServer()
    const ours = world.open({ central: [{ url }], account })
    const found = await ours.remote.find([email('dan@far.example'), phone('491701234567')], null)
    expect([...found.values()]).toEqual([
      expect.objectContaining({ mxid: '@dan:far.example', source: `central ${url}` }),
      expect.objectContaining({ mxid: '@phone:far.example', source: `central ${url}` }),
    ])
    const [register] = peer.http.seen.filter((request) => request.url.endsWith('/account/register'))
    expect(JSON.parse(register?.body ?? '')).toMatchObject({
      token_type: 'Bearer',
      matrix_server_name: ourDomain,
    })
    expect(peer.http.seen.map(({ body }) => body).join()).not.toContain(accountSecret)
  })

  it('is asked only for what it is named for', async () => {
    const { peer, url } = await centralServer()
    const ours = world.open({ central: [{ url, mediums: ['email'] }], account })
    expect(await ours.findAll([phone('491701234567')])).toEqual({})
    expect(peer.http.seen).toEqual([])
    expect(await ours.remote.explain(phone('491701234567'))).toEqual([])
  })

  it('is not asked without an account, and the operator is told why', async () => {
    const { peer, url } = await centralServer()
    const ours = world.open({ central: [{ url }] })
    expect(await ours.find('dan@far.example')).toBeNull()
    const opinion = (await ours.remote.explain(email('dan@far.example'))).at(-1)
    expect(opinion).toMatchObject({ source: `central ${url}`, outcome: 'failed' })
    expect(opinion?.detail).toContain('federation.account.userId')
    expect(peer.http.seen).toEqual([])
  })

  it('keeps its token for later questions', async () => {
    const { peer, url } = await centralServer()
    const ours = world.open({ central: [{ url }], account })
    await ours.find('a@far.example')
    await ours.find('b@far.example')
    expect(peer.tokens.size).toBe(1)
  })

  it('that has forgotten our token gets us to register again, and only once for several questions', async () => {
    const { peer, url } = await centralServer()
    const ours = world.open({ central: [{ url }], account })
    await ours.find('a@far.example')
    peer.tokens.clear()
    const found = await Promise.all([
      ours.find('dan@far.example'),
      ours.find('b@far.example'),
      ours.find('c@far.example'),
    ])
    expect(found).toEqual(['@dan:far.example', null, null])
    expect(peer.tokens.size).toBe(1)
  })

  it('that refuses every token is a failure, not a loop', async () => {
    const { peer, url } = await centralServer()
    peer.override('/_matrix/identity/v2/hash_details', json(401, { errcode: 'M_UNKNOWN_TOKEN', error: 'no' }))
    const ours = world.open({ central: [{ url }], account })
    expect((await ours.remote.explain(email('dan@far.example'))).at(-1)).toMatchObject({ outcome: 'failed' })
    expect(peer.asked().filter((asked) => asked.endsWith('register'))).toHaveLength(2)
  })
})

describe('the terms of a central server', () => {
  it('are accepted when the operator accepted one language of each, and nothing else is', async () => {
    const { peer, url } = await centralServer()
    peer.policies = policies
    const terms = [
      'https://central.example/privacy-3-de',
      'https://central.example/terms-1',
      'https://central.example/of-another-server',
    ]
    const ours = world.open({ central: [{ url, terms }], account })
    expect(await ours.find('dan@far.example')).toBe('@dan:far.example')
    expect(peer.acceptedTerms).toEqual(terms.slice(0, 2))
  })

  it.each([
    ['none is accepted', [], ['privacy-3-en', 'privacy-3-de', 'terms-1']],
    ['one is missing', ['https://central.example/privacy-3-en'], ['terms-1']],
    [
      'an older version was accepted',
      ['https://central.example/privacy-2-en', 'https://central.example/terms-1'],
      ['privacy-3-en'],
    ],
  ])('are listed when %s, and nothing is accepted', async (_what, terms, listed) => {
    const { peer, url } = await centralServer()
    peer.policies = policies
    const ours = world.open({ central: [{ url, terms }], account })
    expect(await ours.find('dan@far.example')).toBeNull()
    const detail = (await ours.remote.explain(email('dan@far.example'))).at(-1)?.detail
    for (const end of listed) expect(detail).toContain(`https://central.example/${end}`)
    expect(peer.acceptedTerms).toEqual([])
  })

  it('that came later are accepted once the operator has them in the configuration', async () => {
    const { peer, url } = await centralServer()
    const terms = ['https://central.example/privacy-3-en', 'https://central.example/terms-1']
    const ours = world.open({ central: [{ url, terms }], account })
    expect(await ours.find('nobody@far.example')).toBeNull()
    expect(peer.acceptedTerms).toEqual([])
    peer.policies = policies
    expect(await ours.find('dan@far.example')).toBe('@dan:far.example')
    expect(peer.acceptedTerms).toEqual(terms)
  })

  it('of a peer that DNS names are never accepted', async () => {
    const peer = await world.peer('terms.example', ['v2'])
    peer.policies = policies
    const ours = world.open({
      account,
      central: [
        {
          url: 'https://terms.example',
          terms: ['https://central.example/privacy-3-en', 'https://central.example/terms-1'],
        },
      ],
    })
    expect(await ours.find('dan@terms.example')).toBeNull()
    expect(peer.acceptedTerms).toEqual([])
  })
})

describe('an account elsewhere cannot be opened', () => {
  async function failing(changes: { account?: object; homeserverUrl?: string; refuse?: boolean }) {
    const { peer, url } = await centralServer()
    if (changes.refuse === true) {
      peer.override(
        '/_matrix/identity/v2/account/register',
        json(403, { errcode: 'M_FORBIDDEN', error: 'no' }),
      )
    }
    const homeserverUrl = changes.homeserverUrl ?? world.homeserver.url
    const ours = world.open(
      { central: [{ url }], account: { ...account, ...changes.account } },
      { matrix: { homeserverUrl } },
    )
    const opinion = (await ours.remote.explain(email('dan@far.example'))).at(-1)
    expect(opinion).toMatchObject({ outcome: 'failed' })
    expect(opinion?.detail).not.toContain(accountSecret)
    return { detail: opinion?.detail, peer }
  }

  it('when our homeserver does not take the access token', async () => {
    const { detail, peer } = await failing({ account: { accessToken: 'wrong' } })
    expect(detail).toContain('federation.account')
    expect(peer.asked()).toEqual(['GET /v2'])
  })

  it('when our homeserver is down', async () => {
    const gone = await startHttpPeer()
    await gone.close()
    expect((await failing({ homeserverUrl: `http://127.0.0.1:${gone.port}` })).detail).toContain(
      'matrix.homeserverUrl',
    )
  })

  it('when our homeserver answers nonsense', async () => {
    const nonsense = await startHttpPeer({ handler: json(200, { access_token: 7 }) })
    expect((await failing({ homeserverUrl: `http://127.0.0.1:${nonsense.port}` })).detail).toContain('OpenID')
    await nonsense.close()
  })

  it('when the other server does not admit us', async () => {
    expect((await failing({ refuse: true })).detail).toContain('openid/userinfo')
  })
})
