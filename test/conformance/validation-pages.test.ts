import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  codeOf,
  linksFor,
  member,
  startIdentityWorld,
  type IdentityWorld,
} from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'

const DAY_MS = 86_400_000
let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login('@alice:example.org')
})
afterAll(() => world.stop())

const newSecret = () => randomBytes(9).toString('base64url')
const requestToken = (json: object) => world.api.post('/v2/validate/email/requestToken', { token, json })
const submit = (json: object) => world.api.post('/v2/validate/email/submitToken', { token, json })
const open = (query: Record<string, string>) => world.api.get('/v2/validate/email/submitToken', { query })
const check = (query: Record<string, string>) => world.api.get('/v2/3pid/getValidated3pid', { token, query })

async function mailsFor(sid: string): Promise<number> {
  await world.appliance.outbox.idle()
  return linksFor(world.mail, sid).length
}

describe('GET /validate/email/submitToken', () => {
  const pageHeaders = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
  const expectPage = (answer: { headers: Headers; text: string }) => {
    for (const [name, value] of Object.entries(pageHeaders)) expect(answer.headers.get(name)).toBe(value)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.text).toMatch(/^<!doctype html>/i)
  }

  it('completes the session without a token and shows a page', async () => {
    const { token: code, ...session } = await world.startEmail(token, 'page@example.com')
    const answer = await open({ ...session, token: code })
    expect(answer.status).toBe(200)
    expectPage(answer)
    expect((await check(session)).status).toBe(200)
  })

  it('leaves the session open for a HEAD, with which mail scanners try links', async () => {
    const { token: code, ...session } = await world.startEmail(token, 'scanned@example.com')
    const query = { ...session, token: code }
    const answer = await world.api.request('HEAD', '/v2/validate/email/submitToken', { query })
    expect([answer.status, answer.text]).toEqual([200, ''])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expectError(await check(session), 400, 'M_SESSION_NOT_VALIDATED')
    expect((await open(query)).status).toBe(200)
    expect((await check(session)).status).toBe(200)
  })

  it('speaks the language of the browser', async () => {
    const session = await world.startEmail(token, 'sprache@example.com')
    const query = { ...session }
    const german = await world.api.get('/v2/validate/email/submitToken', {
      query,
      headers: { 'accept-language': 'de-DE,de;q=0.9' },
    })
    expect(german.text).toContain('<html lang="de"')
  })

  it.each([
    ['a wrong code', { token: 'wrong' }],
    ['an unknown sid', { sid: 'unknown' }],
    ['a wrong secret', { client_secret: 'wrong' }],
    ['a secret that is none', { client_secret: 'a b' }],
    ['markup for a code', { token: '<script>alert(1)</script>' }],
  ])('shows a 400 page for %s', async (_what, changes) => {
    const session = await world.startEmail(token, 'failure@example.com')
    const answer = await open({ ...session, ...changes })
    expect(answer.status).toBe(400)
    expectPage(answer)
    expect(answer.text).not.toContain('<script>')
  })

  it.each([['sid'], ['client_secret'], ['token']])('shows a 400 page without %s', async (name) => {
    const query = { sid: 'a', client_secret: 'b', token: 'c' }
    const rest = Object.fromEntries(Object.entries(query).filter(([key]) => key !== name))
    const answer = await open(rest)
    expect(answer.status).toBe(400)
    expectPage(answer)
  })

  it('sends the person on to the next_link of the request, with the sid and without code or secret', async () => {
    const client_secret = newSecret()
    const next_link = 'https://app.example.com/done?a=1#/here'
    const asked = await requestToken({ client_secret, email: 'next@example.com', send_attempt: 1, next_link })
    const sid = member(asked.body, 'sid')
    await mailsFor(sid)
    const answer = await open({ sid, client_secret, token: codeOf(world.mail, sid) })
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe(`https://app.example.com/done?a=1&sid=${sid}#/here`)
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('does not send anybody on after a wrong code, and POST never does', async () => {
    const client_secret = newSecret()
    const next_link = 'https://app.example.com/'
    const json = { client_secret, email: 'stay@example.com', send_attempt: 1, next_link }
    const sid = member((await requestToken(json)).body, 'sid')
    await mailsFor(sid)
    expect((await open({ sid, client_secret, token: 'wrong' })).headers.get('location')).toBeNull()
    const posted = await submit({ sid, client_secret, token: codeOf(world.mail, sid) })
    expect([posted.status, posted.headers.get('location')]).toEqual([200, null])
  })
})

describe('next_link', () => {
  const ask = (next_link: unknown) =>
    requestToken({ client_secret: newSecret(), email: 'link@example.com', send_attempt: 1, next_link })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'http://example.com/',
    'ftp://example.com',
    '//example.com',
    '/relative',
    'example.com',
    'https://user:pw@example.com/',
    'https://user@example.com/',
    'https://',
    `https://example.com/${'x'.repeat(2048)}`,
  ])('refuses %s', async (next_link) => {
    expectError(await ask(next_link), 400, 'M_INVALID_PARAM')
  })

  it.each([null, '', 'https://example.com', 'https://example.com:8443/a?b=c#d'])(
    'takes %j',
    async (next_link) => {
      expect((await ask(next_link)).status).toBe(200)
    },
  )

  it('takes only the configured origins when there are some, http among them', async () => {
    await world.configure({
      validation: { nextLinkOrigins: ['https://app.example.com', 'http://localhost:3000'] },
    })
    expect((await ask('https://app.example.com/path')).status).toBe(200)
    expect((await ask('http://localhost:3000/')).status).toBe(200)
    for (const other of [
      'https://app.example.com.evil.org/',
      'https://app.example.com:444/',
      'https://example.com/',
      'https://app.example.com@evil.org/',
    ]) {
      expectError(await ask(other), 400, 'M_INVALID_PARAM')
    }
    await world.configure()
  })
})

describe('GET /3pid/getValidated3pid', () => {
  it('names the medium, the canonical address and the time of the validation', async () => {
    const { token: code, ...session } = await world.startEmail(token, 'Strauß@Example.COM')
    world.clock.advance(5000)
    await submit({ ...session, token: code })
    const answer = await check(session)
    expect([answer.status, answer.body]).toEqual([
      200,
      { medium: 'email', address: 'strauss@example.com', validated_at: world.clock.now() },
    ])
  })

  it('answers M_SESSION_NOT_VALIDATED before that, and says nothing of the address', async () => {
    const { token: _code, ...session } = await world.startEmail(token, 'open@example.com')
    const answer = await check(session)
    expectError(answer, 400, 'M_SESSION_NOT_VALIDATED')
    expect(answer.body).not.toHaveProperty('medium')
    expect(answer.text).not.toContain('open@')
  })

  it('answers an unknown sid and a wrong secret alike, with 404 M_NO_VALID_SESSION', async () => {
    const session = await world.validateEmail(token, 'hidden@example.com')
    const unknown = await check({ ...session, sid: 'unknown' })
    const wrong = await check({ ...session, client_secret: 'wrong' })
    expectError(unknown, 404, 'M_NO_VALID_SESSION')
    expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body])
  })

  it('tells of expiry before it tells of a missing validation, and of either only with the right secret', async () => {
    const { token: _code, ...session } = await world.startEmail(token, 'order@example.com')
    world.clock.advance(DAY_MS)
    expectError(await check(session), 400, 'M_SESSION_EXPIRED')
    expectError(await check({ ...session, client_secret: 'wrong' }), 404, 'M_NO_VALID_SESSION')
  })

  it.each(['sid', 'client_secret'])('refuses a request without %s', async (name) => {
    const query = Object.fromEntries(
      Object.entries({ sid: 'a', client_secret: 'b' }).filter(([key]) => key !== name),
    )
    expectError(await check(query), 400, 'M_MISSING_PARAMS')
  })
})
