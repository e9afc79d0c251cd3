import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'

const invitation = {
  medium: 'email',
  address: 'guest@x.example',
  room_id: '!room:example.org',
  sender: '@anna:example.org',
}

describe('store-invite without a token', () => {
  let world: IdentityWorld
  beforeAll(async () => {
    const once = { perMinute: 1, burst: 3 }
    world = await startIdentityWorld({ rateLimits: { enabled: true, v1StoreInvitePerIp: once } })
  })
  afterAll(() => world.stop())

  test('is for users of our own homeserver only, and mails nobody else', async () => {
    const answer = await world.api.post('/api/v1/store-invite', {
      json: { ...invitation, sender: '@mallory:other.example' },
    })
    expectError(answer, 403, 'M_FORBIDDEN')
    await world.appliance.outbox.idle()
    expect(world.mail.messages).toHaveLength(0)
  })

  test('is limited by the address of the caller, whatever sender it names', async () => {
    const answers = []
    for (const name of ['a', 'b', 'c', 'd']) {
      const json = { ...invitation, sender: `@${name}:example.org`, address: `${name}@x.example` }
      answers.push(await world.api.post('/api/v1/store-invite', { json }))
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429])
  })
})

describe('an invitation by phone', () => {
  let world: IdentityWorld
  let token: string
  beforeAll(async () => {
    const sms = { transport: 'log' as const, denyCountries: ['US'], dailyLimit: 1 } satisfies object
    world = await startIdentityWorld({ notifications: { sms } })
    token = await world.login('@anna:example.org')
  })
  afterAll(() => world.stop())

  const invite = (address: string) =>
    world.api.post('/v2/store-invite', { token, json: { ...invitation, medium: 'msisdn', address } })

  test('goes to no country that codes do not go to, and to no impossible number', async () => {
    expectError(await invite('14155552671'), 400, 'M_DESTINATION_REJECTED')
    expectError(await invite('4412'), 400, 'M_INVALID_ADDRESS')
  })

  test('counts against the day like a code', async () => {
    expect((await invite('447700900001')).status).toBe(200)
    expectError(await invite('447700900002'), 429, 'M_LIMIT_EXCEEDED')
  })
})

describe('a mail that the mail server refused', () => {
  let world: IdentityWorld
  beforeAll(async () => {
    world = await startIdentityWorld()
  })
  afterAll(() => world.stop())

  test('is tried again by the same send_attempt, and fails again instead of pretending', async () => {
    const token = await world.login('@anna:example.org')
    const json = { client_secret: 'secret', email: 'refused@x.example', send_attempt: 1 }
    const ask = () => world.api.post('/v2/validate/email/requestToken', { token, json })
    expectError(await ask(), 400, 'M_EMAIL_SEND_ERROR')
    expectError(await ask(), 400, 'M_EMAIL_SEND_ERROR')
  })
})
