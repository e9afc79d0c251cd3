import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApiAnswer } from '../support/api-client.ts'
import { startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'

let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login('@alice:example.org')
  await world.bind(token, '@alice:example.org', 'bound@example.com')
})
afterAll(() => world.stop())

/** All that a caller can tell two answers apart by, but for the date and ids. */
const seen = (answer: ApiAnswer) => ({
  status: answer.status,
  headers: [...answer.headers].filter(([name]) => name !== 'date'),
  text: answer.text,
})

describe('a session id without its secret', () => {
  const ways: readonly (readonly [
    string,
    (proof: { sid: string; client_secret: string }) => Promise<ApiAnswer>,
  ])[] = [
    [
      'POST submitToken',
      (proof) => world.api.post('/v2/validate/email/submitToken', { token, json: { ...proof, token: 'x' } }),
    ],
    [
      'GET submitToken',
      (proof) => world.api.get('/v2/validate/email/submitToken', { query: { ...proof, token: 'x' } }),
    ],
    ['getValidated3pid', (query) => world.api.get('/v2/3pid/getValidated3pid', { token, query })],
    [
      'bind',
      (proof) => world.api.post('/v2/3pid/bind', { token, json: { ...proof, mxid: '@alice:example.org' } }),
    ],
    [
      'unbind',
      (proof) => {
        const json = {
          ...proof,
          mxid: '@alice:example.org',
          threepid: { medium: 'email', address: 'bound@example.com' },
        }
        return world.api.post('/v2/3pid/unbind', { json })
      },
    ],
  ]

  it.each(ways)('is as good as an unknown one for %s, in every state of the session', async (_way, ask) => {
    const unknown = seen(await ask({ sid: 'A'.repeat(22), client_secret: 'wrong' }))
    const { sid: open } = await world.startEmail(token, 'open@example.com')
    const { sid: validated } = await world.validateEmail(token, 'validated@example.com')
    const { sid: expired } = await world.startEmail(token, 'expired@example.com')
    expect(seen(await ask({ sid: open, client_secret: 'wrong' }))).toEqual(unknown)
    expect(seen(await ask({ sid: validated, client_secret: 'wrong' }))).toEqual(unknown)
    world.clock.advance(86_400_000)
    expect(seen(await ask({ sid: expired, client_secret: 'wrong' }))).toEqual(unknown)
  })
})

it('requestToken does not tell whether an address is bound', async () => {
  const ask = (email: string) =>
    world.api.post('/v2/validate/email/requestToken', {
      token,
      json: { client_secret: 'enumerate', email, send_attempt: 1 },
    })
  const [bound, free] = [await ask('bound@example.com'), await ask('free@example.com')]
  const withoutSid = (answer: ApiAnswer) => ({
    ...seen(answer),
    text: answer.text.replace(/"sid":"[^"]{22}"/, 'sid'),
  })
  expect(withoutSid(bound)).toEqual(withoutSid(free))
})

it('unbind does not tell whether an address is bound, or to whom', async () => {
  const uri = '/_matrix/identity/v2/3pid/unbind'
  const ask = (address: string) => {
    const json = { mxid: '@other:example.org', threepid: { medium: 'email', address } }
    const authorization = world.homeserver.sign({ destination: 'id.example.org', uri, content: json })
    return world.api.post('/v2/3pid/unbind', { json, headers: { authorization } })
  }
  expect(seen(await ask('bound@example.com'))).toEqual(seen(await ask('free@example.com')))
})

it('an unknown token and none at all differ in nothing but what the caller knows himself', async () => {
  const none = seen(await world.api.get('/v2/account'))
  const unknown = seen(await world.api.get('/v2/account', { token: 'unknown' }))
  expect(unknown).toEqual(none)
})
