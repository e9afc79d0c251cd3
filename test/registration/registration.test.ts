import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startInterceptWorld, versions, type InterceptWorld } from '../intercepts/support/world.ts'

describe('a code for registration', () => {
  let world: InterceptWorld
  beforeAll(async () => {
    world = await startInterceptWorld({
      registration: { enabled: true, members: true, domains: { allow: ['partner.example'] } },
    })
  })
  afterAll(() => world?.stop())

  const ask = (json: unknown, medium = 'email', version = 'v3') =>
    world.api.post(`/_matrix/client/${version}/register/${medium}/requestToken`, { json })
  const email = (address: string) => ({ email: address, client_secret: 's', send_attempt: 1 })
  const denied = { status: 403, body: { errcode: 'M_THREEPID_DENIED' } }

  test.each(versions)('is sent by the homeserver under %s to whom the policy allows', async (version) => {
    const before = world.homeserver.asked('requestToken').length
    expect(await ask(email('a@partner.example'), 'email', version)).toMatchObject({
      body: { sid: 'of-the-homeserver' },
    })
    expect(await ask(email('a@stranger.example'), 'email', version)).toMatchObject(denied)
    const sent = world.homeserver.asked('requestToken').slice(before)
    expect(sent.map(({ body }) => JSON.parse(body) as unknown)).toEqual([email('a@partner.example')])
  })

  test('is for people of the directory, by mail and by phone', async () => {
    expect(await ask(email('Anna@School.Example'))).toMatchObject({ status: 200 })
    const phone = (phone_number: string) => ({
      country: 'DE',
      phone_number,
      client_secret: 's',
      send_attempt: 1,
    })
    expect(await ask(phone('0170 1234567'), 'msisdn')).toMatchObject({ status: 200 })
    expect(await ask(phone('0170 9999999'), 'msisdn')).toMatchObject(denied)
  })

  test.each([
    [
      'another spelling of the member',
      { Email: 'a@stranger.example', client_secret: 's', send_attempt: 1 },
      403,
    ],
    ['no address', { client_secret: 's' }, 400],
    ['two addresses', email('a@partner.example,b@stranger.example'), 400],
    ['a name around the address', email('<a@partner.example>'), 400],
  ])('goes to nobody with %s', async (_what, body, status) => {
    const before = world.homeserver.asked('requestToken').length
    expect(await ask(body)).toMatchObject({ status })
    expect(world.homeserver.asked('requestToken').length).toBe(before)
  })

  test('exists for mail and phone only', async () => {
    expect(await ask({ address: 'x' }, 'pigeon')).toMatchObject({
      status: 404,
      body: { errcode: 'M_UNRECOGNIZED' },
    })
  })

  test('is sent to whom somebody has invited, and no longer once the invitation is over', async () => {
    const { storage } = world.appliance
    const invite = (state: 'pending' | 'revoked', expires_at: number) =>
      storage.db
        .insertInto('invitations')
        .values({
          ...{ id: `${state}${expires_at}`, token: `t${state}${expires_at}`, medium: 'email' },
          ...{ address: `${state}@invited.example`, address_domain: 'invited.example', room_id: '!r:x' },
          ...{
            sender: '@a:x',
            properties: '{}',
            server_public_key: 'k',
            ephemeral_public_key: `e${state}${expires_at}`,
          },
          ...{
            ephemeral_private_key: 'p',
            evidence_ref: `r${state}${expires_at}`,
            state,
            created_at: 0,
            expires_at,
          },
        })
        .execute()
    await invite('pending', Date.now() + 60_000)
    await invite('revoked', Date.now() + 60_000)
    expect(await ask(email('Pending@invited.example'))).toMatchObject({ status: 200 })
    expect(await ask(email('revoked@invited.example'))).toMatchObject(denied)
    await storage.db
      .updateTable('invitations')
      .set({ expires_at: Date.now() - 1 })
      .execute()
    expect(await ask(email('pending@invited.example'))).toMatchObject(denied)
  })
})
