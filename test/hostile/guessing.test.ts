import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectError } from '../support/matrix-error.ts'
import { eventually } from '../support/poll.ts'
import { member, startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'

/** What must never happen: that somebody proves an address, or becomes somebody, by trying often enough. */
const MAX_ATTEMPTS = 10

let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld({ validation: { maxAttempts: MAX_ATTEMPTS } })
  token = await world.login('@alice:example.org')
})
afterAll(() => world.stop())

interface Guessed {
  readonly sid: string
  readonly client_secret: string
}

async function startBySms(phone_number: string): Promise<Guessed & { code: string }> {
  const json = { client_secret: 'guessed-secret', country: 'GB', phone_number, send_attempt: 1 }
  const { body } = await world.api.post('/v2/validate/msisdn/requestToken', { token, json })
  const message = await eventually(
    () => world.sms.seen.find(({ url }) => url.includes(phone_number.slice(1))),
    {
      what: 'the text message',
    },
  )
  const text = new URL(message.url, 'http://gateway').searchParams.get('text') ?? ''
  const [code = ''] = /\b\d{6}\b/.exec(text) ?? []
  return { sid: member(body, 'sid'), client_secret: json.client_secret, code }
}

function wrongCodes(code: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    String((Number(code) + index + 1) % 1_000_000).padStart(6, '0'),
  )
}

/** The answers' codes, by how often they came; `ok` for the right code. */
async function guess(
  session: Guessed,
  codes: readonly string[],
  version = 'v2',
): Promise<Record<string, number>> {
  const answers = await Promise.all(
    codes.map((code) =>
      world.api.post(`/${version}/validate/msisdn/submitToken`, {
        token,
        json: { sid: session.sid, client_secret: session.client_secret, token: code },
      }),
    ),
  )
  const counted = Object.groupBy(answers, ({ status, body }) =>
    status === 200 ? 'ok' : member(body, 'errcode'),
  )
  return Object.fromEntries(Object.entries(counted).map(([name, group]) => [name, group?.length ?? 0]))
}

async function rowOf({ sid }: Guessed) {
  return await world.appliance.storage.db
    .selectFrom('sessions')
    .select(['failed_attempts', 'validated_at'])
    .where('sid', '=', sid)
    .executeTakeFirstOrThrow()
}

describe('a code of a text message', () => {
  it.each([
    ['v2', '07700900100'],
    ['api/v1', '07700900101'],
  ])(
    'is compared ten times and no more, by 1,000 parallel guesses over %s',
    { timeout: 60_000 },
    async (version, number) => {
      const session = await startBySms(number)
      const answers = await guess(session, wrongCodes(session.code, 1000), version)
      expect(answers).toEqual({ M_TOKEN_INCORRECT: MAX_ATTEMPTS, M_SESSION_EXPIRED: 1000 - MAX_ATTEMPTS })
      expect(await rowOf(session)).toEqual({ failed_attempts: MAX_ATTEMPTS, validated_at: null })
    },
  )

  it('does not help when it comes after the last attempt', { timeout: 60_000 }, async () => {
    const session = await startBySms('07700900102')
    const first = await guess(session, wrongCodes(session.code, MAX_ATTEMPTS))
    expect(first).toEqual({ M_TOKEN_INCORRECT: MAX_ATTEMPTS })
    const later = await guess(session, [...wrongCodes(session.code, 500), session.code])
    expect(later).toEqual({ M_SESSION_EXPIRED: 501 })
    expect(await rowOf(session)).toEqual({ failed_attempts: MAX_ATTEMPTS, validated_at: null })
  })

  it('is counted the same by GET, POST, v1 and v2', async () => {
    const session = await startBySms('07700900103')
    const codes = wrongCodes(session.code, 12)
    for (const [index, code] of codes.entries()) {
      const query = { sid: session.sid, client_secret: session.client_secret, token: code }
      if (index % 3 === 0) await world.api.get('/v2/validate/msisdn/submitToken', { query })
      else await guess(session, [code], index % 3 === 1 ? 'v2' : 'api/v1')
    }
    expect(await rowOf(session)).toEqual({ failed_attempts: MAX_ATTEMPTS, validated_at: null })
    expect(await guess(session, [session.code])).toEqual({ M_SESSION_EXPIRED: 1 })
  })

  it('is not made anew for the same session: a closed one gives way to another with another code', async () => {
    const session = await startBySms('07700900104')
    await guess(session, wrongCodes(session.code, MAX_ATTEMPTS))
    const again = await startBySms('07700900104')
    expect(again.sid).not.toBe(session.sid)
    expect(await guess(session, [session.code])).toEqual({ M_INVALID_PARAM: 1 })
  })

  it('cannot be tried without the secret of the session, and such tries use no attempt up', async () => {
    const session = await startBySms('07700900105')
    const strangers = await guess({ ...session, client_secret: 'not-the-secret' }, [
      session.code,
      ...wrongCodes(session.code, 30),
    ])
    expect(strangers).toEqual({ M_INVALID_PARAM: 31 })
    expect(await rowOf(session)).toEqual({ failed_attempts: 0, validated_at: null })
    expect(await guess(session, [session.code])).toEqual({ ok: 1 })
  })
})

describe('with limits on', () => {
  it('fresh sessions do not multiply the attempts: messages to one number and codes from one address are limited', async () => {
    await world.configure({ rateLimits: { enabled: true } })
    const ask = (index: number) =>
      world.api.post('/v2/validate/msisdn/requestToken', {
        token,
        json: {
          client_secret: `fresh-${index}`,
          country: 'GB',
          phone_number: '07700900110',
          send_attempt: 1,
        },
      })
    const asked = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(index)))
    const opened = asked.filter(({ status }) => status === 200)
    expect(opened).toHaveLength(5)
    expect(asked.filter(({ status }) => status === 429)).toHaveLength(35)
    const [{ body } = {}] = opened
    const session = { sid: member(body, 'sid'), client_secret: 'fresh-0' }
    const answers = await guess(session, wrongCodes('000000', 200))
    expect(answers['M_LIMIT_EXCEEDED']).toBe(200 - 60)
    await world.configure()
  })

  it('tokens that nobody has are refused more and more slowly, and a known one still works', async () => {
    const slow = { perMinute: 60, burst: 100 }
    await world.configure({ rateLimits: { enabled: true, otherPerIp: slow } })
    const tries = await Promise.all(
      Array.from({ length: 400 }, (_, index) => world.api.get('/v2/account', { token: `guess-${index}` })),
    )
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(100)
    const refused = tries.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(300)
    for (const answer of refused.slice(0, 3)) expectError(answer, 429, 'M_LIMIT_EXCEEDED')
    expect((await world.api.get('/v2/account', { token })).status).toBe(200)
    await world.configure()
  })

  it('private keys of invitations are tried slowly', async () => {
    await world.configure({ rateLimits: { enabled: true } })
    const json = { mxid: '@alice:example.org', token: 'guess', private_key: 'A'.repeat(43) }
    const tries = await Promise.all(
      Array.from({ length: 100 }, () => world.api.post('/v2/sign-ed25519', { token, json })),
    )
    expect(tries.filter(({ status }) => status === 404)).toHaveLength(30)
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(70)
    await world.configure()
  })
})
