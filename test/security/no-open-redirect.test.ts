import { afterAll, beforeAll, expect, it } from 'vitest'
import { codeOf, member, startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'

let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login('@alice:example.org')
})
afterAll(() => world.stop())

const targets = [
  'https://evil.example/',
  'javascript:alert(1)',
  '//evil.example',
  'data:text/html,x',
  '/\\evil.example',
]
const names = ['nextLink', 'next_link', 'next', 'redirect', 'url']

it.each(names)('a link that names its own target as %s leads nowhere', async (name) => {
  const session = await world.startEmail(token, 'redirect@example.com')
  for (const target of targets) {
    for (const prefix of ['/v2', '/api/v1']) {
      const answer = await world.api.get(`${prefix}/validate/email/submitToken`, {
        query: { ...session, [name]: target },
      })
      expect([answer.status, answer.headers.get('location')]).toEqual([200, null])
      expect(answer.text).not.toContain('evil.example')
    }
  }
})

it.each(names)('a link cannot replace the target of its session by %s', async (name) => {
  const json = {
    client_secret: `s-${name}`,
    email: 'own@example.com',
    send_attempt: 1,
    next_link: 'https://good.example/',
  }
  const sid = member((await world.api.post('/v2/validate/email/requestToken', { token, json })).body, 'sid')
  await world.appliance.outbox.idle()
  const query = {
    sid,
    client_secret: `s-${name}`,
    token: codeOf(world.mail, sid),
    [name]: 'https://evil.example/',
  }
  const answer = await world.api.get('/v2/validate/email/submitToken', { query })
  expect(new URL(answer.headers.get('location') ?? '').origin).toBe('https://good.example')
})

it('the target learns the session id, and neither the code nor the secret', async () => {
  const json = {
    client_secret: 'quiet',
    email: 'quiet@example.com',
    send_attempt: 1,
    next_link: 'https://good.example/?token=mine',
  }
  const sid = member((await world.api.post('/v2/validate/email/requestToken', { token, json })).body, 'sid')
  await world.appliance.outbox.idle()
  const code = codeOf(world.mail, sid)
  const query = { sid, client_secret: 'quiet', token: code }
  const location =
    (await world.api.get('/v2/validate/email/submitToken', { query })).headers.get('location') ?? ''
  expect(location).toContain(sid)
  expect(location).not.toContain(code)
  expect(location).not.toContain('quiet')
})
