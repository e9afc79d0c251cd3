import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { json as answerJson } from '../support/http-peer.ts'
import { member, startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'

let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login('@alice:example.org')
})
afterAll(() => world.stop())

const newSecret = () => randomBytes(9).toString('base64url')
const complete = () => ({
  client_secret: newSecret(),
  country: 'GB',
  phone_number: '07700900001',
  send_attempt: 1,
})
const requestToken = (json: object) => world.api.post('/v2/validate/msisdn/requestToken', { token, json })
const submit = (json: object) => world.api.post('/v2/validate/msisdn/submitToken', { token, json })

async function messagesTo(number: string): Promise<string[]> {
  await world.appliance.outbox.idle()
  return world.sms.seen.flatMap(({ url }) => {
    const { searchParams } = new URL(url, 'http://gateway')
    return searchParams.get('to') === number ? [searchParams.get('text') ?? ''] : []
  })
}
const codeIn = (text: string | undefined) => /\b\d{6}\b/.exec(text ?? '')?.[0] ?? 'no code'

describe('POST /validate/msisdn/requestToken', () => {
  afterEach(() => world.sms.handle(answerJson(200, {})))

  it('opens a session and sends a code of six digits', async () => {
    const answer = await requestToken(complete())
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      success: true,
      sid: expect.stringMatching(/^[0-9a-zA-Z.=_-]{20,255}$/),
      msisdn: '447700900001',
      intl_fmt: '+44 7700 900001',
    })
    expect(codeIn((await messagesTo('447700900001')).at(-1))).toMatch(/^\d{6}$/)
  })

  it.each([
    ['GB', '+447700900001', '447700900001'],
    ['GB', '0044 7700 900001', '447700900001'],
    ['US', '(415) 555-2671', '14155552671'],
    ['GB', '+1 415 555 2671', '14155552671'],
    ['IT', '+39 06 698 12345', '390669812345'],
    ['DE', '0170/123 45 67', '491701234567'],
    ['gb', '07700 900.001', '447700900001'],
  ])('reads %s %s as %s', async (country, phone_number, msisdn) => {
    expect((await requestToken({ ...complete(), country, phone_number })).body).toMatchObject({ msisdn })
  })

  it.each([
    ['GB', 'zzz'],
    ['GB', '12'],
    ['XX', '123'],
    ['GB', ''],
    ['GB', '+'],
    ['GB', '+99999999999999999999999'],
    ['DE', '110'],
  ])('answers M_INVALID_ADDRESS for %s %j', async (country, phone_number) => {
    expectError(await requestToken({ ...complete(), country, phone_number }), 400, 'M_INVALID_ADDRESS')
  })

  it.each(['client_secret', 'country', 'phone_number', 'send_attempt'])(
    'refuses a request without %s',
    async (name) => {
      expectError(await requestToken({ ...complete(), [name]: undefined }), 400, 'M_MISSING_PARAMS')
    },
  )

  it.each([
    ['country', 'GBR'],
    ['country', '44'],
    ['country', 7],
    ['phone_number', 447700900001],
    ['client_secret', 'a b'],
    ['send_attempt', 'x'],
    ['next_link', 'javascript:alert(1)'],
  ])('refuses the %s %j', async (name, value) => {
    expectError(await requestToken({ ...complete(), [name]: value }), 400, 'M_INVALID_PARAM')
  })

  it('answers M_SEND_ERROR when the gateway refuses the message', async () => {
    world.sms.handle(answerJson(400, { error: 'secret reason' }))
    const answer = await requestToken(complete())
    expectError(answer, 400, 'M_SEND_ERROR')
    expect(answer.text).not.toContain('secret reason')
  })

  it('answers 200 when the gateway is only out of order, and sends the message later', async () => {
    world.sms.handle(answerJson(503, {}))
    const answer = await requestToken({ ...complete(), phone_number: '07700900002' })
    expect(answer.status).toBe(200)
    world.sms.handle(answerJson(200, {}))
    const before = (await messagesTo('447700900002')).length
    world.clock.advance(60_000)
    expect((await messagesTo('447700900002')).length).toBe(before + 1)
  })

  it('answers M_SEND_ERROR when no messages are sent from here', async () => {
    await world.configure({ notifications: { sms: { transport: 'none' } } })
    expectError(await requestToken(complete()), 400, 'M_SEND_ERROR')
    await world.configure()
  })

  it('answers M_DESTINATION_REJECTED for a country that is not served', async () => {
    const sms = { transport: 'log' } as const
    await world.configure({ notifications: { sms: { ...sms, denyCountries: ['GB'] } } })
    expectError(await requestToken(complete()), 400, 'M_DESTINATION_REJECTED')
    await world.configure({ notifications: { sms: { ...sms, allowCountries: ['DE'] } } })
    expectError(await requestToken(complete()), 400, 'M_DESTINATION_REJECTED')
    expect((await requestToken({ ...complete(), country: 'DE', phone_number: '01701234567' })).status).toBe(
      200,
    )
    await world.configure()
  })

  it('answers M_FORBIDDEN while validation is switched off', async () => {
    await world.configure({ validation: { enabled: false } })
    expectError(await requestToken(complete()), 403, 'M_FORBIDDEN')
    await world.configure()
  })

  it('answers 429 M_LIMIT_EXCEEDED when the messages of the day are used up', async () => {
    await world.configure({ notifications: { sms: { transport: 'log', dailyLimit: 0 } } })
    const answer = await requestToken(complete())
    expectError(answer, 429, 'M_LIMIT_EXCEEDED')
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    await world.configure()
  })

  it('sends one message for each higher send_attempt, in whatever way the number is written', async () => {
    const client_secret = newSecret()
    const ask = async (phone_number: string, send_attempt: number | string) =>
      member((await requestToken({ client_secret, country: 'GB', phone_number, send_attempt })).body, 'sid')
    const sid = await ask('07700900003', 1)
    expect(await ask('+447700900003', 1)).toBe(sid)
    expect(await messagesTo('447700900003')).toHaveLength(1)
    expect(await ask('0044 7700900003', '2')).toBe(sid)
    const texts = await messagesTo('447700900003')
    expect(texts).toHaveLength(2)
    expect(codeIn(texts[1])).toBe(codeIn(texts[0]))
  })
})

describe('submitToken for a phone number', () => {
  async function start(phone_number: string) {
    const client_secret = newSecret()
    const answer = await requestToken({ client_secret, country: 'GB', phone_number, send_attempt: 1 })
    const msisdn = member(answer.body, 'msisdn')
    return {
      sid: member(answer.body, 'sid'),
      client_secret,
      token: codeIn((await messagesTo(msisdn)).at(-1)),
    }
  }

  it('by POST completes the session', async () => {
    const { token: code, ...session } = await start('07700900010')
    const answer = await submit({ ...session, token: code })
    expect([answer.status, answer.body]).toEqual([200, { success: true }])
    const found = await world.api.get('/v2/3pid/getValidated3pid', { token, query: session })
    expect(found.body).toMatchObject({ medium: 'msisdn', address: '447700900010' })
  })

  it('by GET completes the session and shows a page', async () => {
    const session = await start('07700900011')
    const answer = await world.api.get('/v2/validate/msisdn/submitToken', { query: session })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain('text/html')
  })

  it('by form completes the session', async () => {
    const form = await start('07700900012')
    expect((await world.api.post('/v2/validate/msisdn/submitToken', { token, form })).body).toEqual({
      success: true,
    })
  })

  it('refuses a wrong code, an unknown session and a wrong secret with the codes of an e-mail session', async () => {
    const session = await start('07700900013')
    const wrongCode = session.token === '000000' ? '000001' : '000000'
    expectError(await submit({ ...session, token: wrongCode }), 400, 'M_TOKEN_INCORRECT')
    expectError(await submit({ ...session, sid: 'unknown' }), 400, 'M_INVALID_PARAM')
    expectError(await submit({ ...session, client_secret: 'wrong' }), 400, 'M_INVALID_PARAM')
  })

  it('cannot be guessed: ten wrong codes end the session, however they come', async () => {
    const session = await start('07700900014')
    const guesses = Array.from({ length: 30 }, (_, guess) => `x${guess}`)
    const answers = await Promise.all(guesses.map((guess) => submit({ ...session, token: guess })))
    const wrong = answers.filter((answer) => member(answer.body, 'errcode') === 'M_TOKEN_INCORRECT')
    expect(wrong).toHaveLength(10)
    expectError(await submit(session), 400, 'M_SESSION_EXPIRED')
  })

  it('expires after 24 hours', async () => {
    const session = await start('07700900015')
    world.clock.advance(86_400_000)
    expectError(await submit(session), 400, 'M_SESSION_EXPIRED')
  })

  it('leads to a binding that is found by the number', async () => {
    const { token: code, ...session } = await start('07700900016')
    await submit({ ...session, token: code })
    const bound = await world.api.post('/v2/3pid/bind', {
      token,
      json: { ...session, mxid: '@alice:example.org' },
    })
    expect(bound.body).toMatchObject({
      medium: 'msisdn',
      address: '447700900016',
      mxid: '@alice:example.org',
    })
    expect(await world.lookup(token, '447700900016', 'msisdn')).toBe('@alice:example.org')
  })
})
