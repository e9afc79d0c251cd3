import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  codeOf,
  linkIn,
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
const check = (query: Record<string, string>) => world.api.get('/v2/3pid/getValidated3pid', { token, query })

async function mailsFor(sid: string): Promise<number> {
  await world.appliance.outbox.idle()
  return linksFor(world.mail, sid).length
}

describe('POST /validate/email/requestToken', () => {
  it('opens a session and mails a link with its sid, secret and code to the address', async () => {
    const client_secret = newSecret()
    const answer = await requestToken({ client_secret, email: 'alice@example.com', send_attempt: 1 })
    const sid = member(answer.body, 'sid')
    expect([answer.status, answer.body]).toEqual([
      200,
      { sid: expect.stringMatching(/^[0-9a-zA-Z.=_-]{20,255}$/) },
    ])
    const mail = await world.mail.waitFor((each) => linkIn(each)?.searchParams.get('sid') === sid)
    expect(mail.to).toEqual(['alice@example.com'])
    const [link = new URL('missing:')] = linksFor(world.mail, sid)
    expect(link.origin + link.pathname).toBe(
      'https://id.example.org/_matrix/identity/v2/validate/email/submitToken',
    )
    expect(link.searchParams.get('client_secret')).toBe(client_secret)
    expect(link.searchParams.get('token')).toMatch(/^[\w-]{32}$/)
  })

  const complete = { client_secret: 'secret', email: 'a@example.com', send_attempt: 1 }

  it.each(['client_secret', 'email', 'send_attempt'])('refuses a request without %s', async (name) => {
    for (const value of [undefined, null]) {
      const answer = await requestToken({ ...complete, [name]: value })
      expectError(answer, 400, 'M_MISSING_PARAMS')
      expect(member(answer.body, 'error')).toContain(name)
    }
  })

  it.each(['', 'a b', 'a/b', 'ä', 'a\n', 'x'.repeat(256), 7, ['a']])(
    'refuses the client_secret %j',
    async (client_secret) => {
      expectError(await requestToken({ ...complete, client_secret }), 400, 'M_INVALID_PARAM')
    },
  )

  it('takes every character the specification allows in a client_secret, and 255 of them', async () => {
    for (const client_secret of ['09azAZ.=_-', 'x'.repeat(255)]) {
      expect((await requestToken({ ...complete, client_secret })).status).toBe(200)
    }
  })

  it.each([1.5, 'one', '1.5', '', true, {}, Number.MAX_SAFE_INTEGER * 4])(
    'refuses the send_attempt %j',
    async (send_attempt) => {
      expectError(await requestToken({ ...complete, send_attempt }), 400, 'M_INVALID_PARAM')
    },
  )

  it.each([
    'noat',
    '@b.example',
    'a@',
    'a@b@c.example',
    'a b@c.example',
    'Alice <a@b.example>',
    '<a@b.example>',
    'mailto:a@b.example',
    'a@b.example, c@d.example',
    'a@b.example\r\nBcc: x@y.example',
    'a@b.example ',
    ' a@b.example',
    '"a b"@c.example',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    'a@b.example.',
    'a@-b.example',
    '',
    `${'a'.repeat(65)}@b.example`,
    `a@${'b'.repeat(64)}.example`,
    `a@${'b.'.repeat(126)}example`,
    'x'.repeat(501),
    'a\u202e@b.example',
  ])('answers M_INVALID_EMAIL for %j', async (email) => {
    expectError(await requestToken({ ...complete, email }), 400, 'M_INVALID_EMAIL')
  })

  it.each([7, ['a@b.example'], { a: 1 }, true])('refuses an email that is %j', async (email) => {
    expectError(await requestToken({ ...complete, email }), 400, 'M_INVALID_PARAM')
  })

  it('answers M_EMAIL_SEND_ERROR when the mail server refuses the recipient', async () => {
    const answer = await requestToken({
      client_secret: newSecret(),
      email: 'refused@example.com',
      send_attempt: 1,
    })
    expectError(answer, 400, 'M_EMAIL_SEND_ERROR')
    expect(answer.text).not.toContain('no such mailbox')
  })

  it('answers M_FORBIDDEN while validation is switched off', async () => {
    await world.configure({ validation: { enabled: false } })
    expectError(await requestToken({ ...complete }), 403, 'M_FORBIDDEN')
    await world.configure()
  })

  it('takes a form, whose send_attempt is text', async () => {
    const form = { client_secret: newSecret(), email: 'form+tag@example.com', send_attempt: '1' }
    const answer = await world.api.post('/v2/validate/email/requestToken', { token, form })
    const sid = member(answer.body, 'sid')
    const mail = await world.mail.waitFor((each) => linkIn(each)?.searchParams.get('sid') === sid)
    expect(mail.to).toEqual(['form+tag@example.com'])
  })
})

describe('send_attempt', () => {
  it('mails once for each number above all earlier ones, always the same code', async () => {
    const client_secret = newSecret()
    const ask = async (send_attempt: unknown) =>
      member((await requestToken({ client_secret, email: 'attempt@example.com', send_attempt })).body, 'sid')
    const sid = await ask(1)
    expect(await mailsFor(sid)).toBe(1)
    const code = codeOf(world.mail, sid)
    for (const again of [1, 0, -1, '1']) expect(await ask(again)).toBe(sid)
    expect(await mailsFor(sid)).toBe(1)
    expect(await ask(2)).toBe(sid)
    expect(await mailsFor(sid)).toBe(2)
    expect(await ask(1)).toBe(sid)
    expect(await ask('7')).toBe(sid)
    expect(await ask(3)).toBe(sid)
    expect(await mailsFor(sid)).toBe(3)
    expect(codeOf(world.mail, sid)).toBe(code)
  })

  it('counts for each address and each client_secret by itself', async () => {
    const client_secret = newSecret()
    const sids = await Promise.all(
      [
        { client_secret, email: 'one@example.com', send_attempt: 1 },
        { client_secret, email: 'two@example.com', send_attempt: 1 },
        { client_secret: newSecret(), email: 'one@example.com', send_attempt: 1 },
      ].map(async (json) => member((await requestToken(json)).body, 'sid')),
    )
    expect(new Set(sids).size).toBe(3)
    for (const sid of sids) expect(await mailsFor(sid)).toBe(1)
  })

  it('is one address in every spelling', async () => {
    const client_secret = newSecret()
    const ask = async (email: string) =>
      member((await requestToken({ client_secret, email, send_attempt: 1 })).body, 'sid')
    expect(await ask('Strauß@EXAMPLE.com')).toBe(await ask('strauss@example.com'))
  })

  it('opens one session for simultaneous requests, with one mail', async () => {
    const json = { client_secret: newSecret(), email: 'parallel@example.com', send_attempt: 1 }
    const answers = await Promise.all(Array.from({ length: 10 }, () => requestToken(json)))
    const sids = new Set(answers.map((answer) => member(answer.body, 'sid')))
    expect(sids.size).toBe(1)
    expect(await mailsFor([...sids][0] ?? '')).toBe(1)
  })
})

describe('POST /validate/email/submitToken', () => {
  it('completes the session, and does so again', async () => {
    const session = await world.startEmail(token, 'submit@example.com')
    for (let times = 0; times < 2; times++) {
      const answer = await submit(session)
      expect([answer.status, answer.body]).toEqual([200, { success: true }])
    }
  })

  it('takes a code with white space around it, and a form', async () => {
    const session = await world.startEmail(token, 'spaces@example.com')
    const form = { ...session, token: ` ${session.token}\n` }
    const answer = await world.api.post('/v2/validate/email/submitToken', { token, form })
    expect(answer.body).toEqual({ success: true })
  })

  it('publishes nothing', async () => {
    await world.validateEmail(token, 'unpublished@example.com')
    expect(await world.lookup(token, 'unpublished@example.com')).toBeNull()
  })

  it('answers a wrong code with M_TOKEN_INCORRECT and `success: false`', async () => {
    const session = await world.startEmail(token, 'wrong@example.com')
    const answer = await submit({ ...session, token: 'wrong' })
    expectError(answer, 400, 'M_TOKEN_INCORRECT')
    expect(answer.body).toMatchObject({ success: false })
  })

  it('answers an unknown sid and a wrong secret alike, with M_INVALID_PARAM', async () => {
    const session = await world.startEmail(token, 'pair@example.com')
    const unknown = await submit({ ...session, sid: 'unknown' })
    const wrong = await submit({ ...session, client_secret: 'wrong' })
    expectError(unknown, 400, 'M_INVALID_PARAM')
    expect(wrong.body).toEqual(unknown.body)
    expect(wrong.status).toBe(unknown.status)
  })

  it.each(['sid', 'client_secret', 'token'])('refuses a request without %s', async (name) => {
    const json = { sid: 'a', client_secret: 'b', token: 'c', [name]: undefined }
    expectError(await submit(json), 400, 'M_MISSING_PARAMS')
  })

  it.each([
    ['sid', 'a b'],
    ['sid', 7],
    ['client_secret', 'ä'],
    ['token', ''],
    ['token', 'x'.repeat(256)],
    ['token', 123456],
  ])('refuses the %s %j', async (name, value) => {
    expectError(
      await submit({ sid: 'a', client_secret: 'b', token: 'c', [name]: value }),
      400,
      'M_INVALID_PARAM',
    )
  })

  it('answers M_SESSION_EXPIRED 24 hours after the session began, not before', async () => {
    const early = await world.startEmail(token, 'early@example.com')
    const late = await world.startEmail(token, 'late@example.com')
    world.clock.advance(DAY_MS - 1)
    expect((await submit(early)).body).toEqual({ success: true })
    world.clock.advance(1)
    expectError(await submit(late), 400, 'M_SESSION_EXPIRED')
  })

  it('counts the 24 hours from the last validation', async () => {
    const { token: code, ...session } = await world.startEmail(token, 'renewed@example.com')
    world.clock.advance(0.9 * DAY_MS)
    await submit({ ...session, token: code })
    const validatedAt = world.clock.now()
    world.clock.advance(0.9 * DAY_MS)
    expect((await check(session)).body).toMatchObject({ validated_at: validatedAt })
    world.clock.advance(0.1 * DAY_MS)
    expectError(await check(session), 400, 'M_SESSION_EXPIRED')
  })

  it('opens another session for the same address and secret when one has expired', async () => {
    const client_secret = newSecret()
    const json = { client_secret, email: 'again@example.com', send_attempt: 1 }
    const first = member((await requestToken(json)).body, 'sid')
    world.clock.advance(DAY_MS)
    const second = member((await requestToken(json)).body, 'sid')
    expect(second).not.toBe(first)
    expect(await mailsFor(second)).toBe(1)
  })
})

describe('wrong codes', () => {
  it('close the session after ten, for the right code too', async () => {
    const session = await world.startEmail(token, 'guess@example.com')
    for (let guess = 0; guess < 10; guess++) {
      expectError(await submit({ ...session, token: `guess-${guess}` }), 400, 'M_TOKEN_INCORRECT')
    }
    expectError(await submit(session), 400, 'M_SESSION_EXPIRED')
  })

  it('are counted one by one when they come at the same time', async () => {
    const session = await world.startEmail(token, 'burst@example.com')
    const guesses = Array.from({ length: 40 }, (_, guess) => submit({ ...session, token: `guess-${guess}` }))
    const codes = (await Promise.all(guesses)).map((answer) => member(answer.body, 'errcode'))
    expect(codes.filter((code) => code === 'M_TOKEN_INCORRECT')).toHaveLength(10)
    expect(codes.filter((code) => code === 'M_SESSION_EXPIRED')).toHaveLength(30)
    expectError(await submit(session), 400, 'M_SESSION_EXPIRED')
  })

  it('before the right one are forgiven', async () => {
    const session = await world.startEmail(token, 'forgiven@example.com')
    for (let guess = 0; guess < 9; guess++) await submit({ ...session, token: 'wrong' })
    expect((await submit(session)).body).toEqual({ success: true })
  })

  it('that come after the right one do not take the validation away', async () => {
    const { token: code, ...session } = await world.startEmail(token, 'kept@example.com')
    await submit({ ...session, token: code })
    for (let guess = 0; guess < 20; guess++) await submit({ ...session, token: 'wrong' })
    expect((await check(session)).status).toBe(200)
  })
})
