import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { AdminClient } from '../../support/admin-client.ts'
import { createApiClient } from '../../support/api-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'

let appliance: TestAppliance
let admin: AdminClient
beforeAll(async () => {
  ;({ appliance, client: admin } = await startConsole({
    config: {
      matrix: { domain: 'example.org', homeserverUrl: 'http://127.0.0.1:9' },
      appservice: { enabled: true, senderLocalpart: 'helper' },
    },
  }))
})
afterAll(() => appliance.stop())

interface Registration {
  readonly id: string
  readonly url: string
  readonly as_token: string
  readonly hs_token: string
  readonly sender_localpart: string
}

async function registration(newTokens = false): Promise<Registration> {
  const { body } = await admin.post('/api/integrations/appservice/registration', { newTokens })
  const { fileName, text } = body as { fileName: string; text: string }
  expect(fileName).toBe('signpost-appservice.yaml')
  return parse(text) as Registration
}

const state = async () => (await admin.get('/api/integrations/appservice')).body

/** As the homeserver brings events. */
const bring = (token: string, txnId: string) =>
  createApiClient(appliance.publicAddress).request('PUT', `/_matrix/app/v1/transactions/${txnId}`, {
    token,
    json: { events: [] },
  })

it('says who the bot is and what it understands, before there is a registration', async () => {
  expect(await state()).toMatchObject({
    ...{ botId: '@helper:example.org', rejectsAs: '@_signpost_expired:example.org' },
    ...{ hasTokens: false, adminRoom: null, lastHeardAt: null },
    commands: expect.arrayContaining([{ usage: '!help', about: 'what I can do' }]),
  })
})

it('the first registration makes tokens that count, and the next one has the same', async () => {
  const first = await registration()
  expect(first).toMatchObject({ id: 'signpost', sender_localpart: 'helper' })
  expect(first.as_token).not.toBe(first.hs_token)
  expect(await bring(first.hs_token, '1')).toMatchObject({ status: 200 })
  expect(await registration()).toEqual(first)
  expect(await state()).toMatchObject({ hasTokens: true, lastHeardAt: expect.any(Number) })
})

it('with new tokens the former ones end', async () => {
  const before = await registration()
  const after = await registration(true)
  expect(await bring(before.hs_token, '2')).toMatchObject({ status: 403 })
  expect(await bring(after.hs_token, '3')).toMatchObject({ status: 200 })
})

it('the list of changes tells of it without the tokens', async () => {
  const { hs_token, as_token } = await registration()
  const { text } = await admin.get('/api/changes')
  expect(text).toContain('integrations.registration')
  expect(text).toContain('integrations.tokens')
  expect(text).not.toContain(hs_token)
  expect(text).not.toContain(as_token)
})

it('a secret for the password module is told once, and the settings say only that it is set', async () => {
  const { body } = await admin.post('/api/integrations/passwords/secret')
  const { secret } = body as { secret: string }
  expect(appliance.config.current().authentication.provider.secret).not.toBeNull()
  const { text } = await admin.get('/api/settings')
  expect(text).not.toContain(secret)
})
