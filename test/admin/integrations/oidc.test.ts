import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'

let appliance: TestAppliance
let admin: AdminClient
beforeAll(async () => {
  ;({ appliance, client: admin } = await startConsole({ config: { matrix: { domain: 'example.org' } } }))
})
afterAll(() => appliance.stop())

const clients = '/api/integrations/oidc/clients'
const redirectUris = ['https://auth.example.org/upstream/callback/01HFRQFT5QFMJFGF01P7JAV2ME']
const provider = async () => (await admin.get('/api/integrations/oidc')).body
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

/** What the token endpoint says of a client and its secret: a wrong code, or a wrong client. */
async function exchange(id: string, secret: string): Promise<string> {
  const response = await fetch(`${appliance.publicAddress}/_signpost/oidc/token`, {
    method: 'POST',
    headers: {
      authorization: basic(id, secret),
      'content-type': 'application/x-www-form-urlencoded',
      // As the proxy of the public URL.
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'example.org',
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'none',
      redirect_uri: redirectUris[0] ?? '',
      code_verifier: 'v'.repeat(60),
    }),
  })
  return ((await response.json()) as { error: string }).error
}

it('the provider has no client and no key at first, and says where it will be', async () => {
  expect(await provider()).toMatchObject({
    issuer: 'https://example.org/_signpost/oidc',
    masProvider: expect.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
    clients: [],
    keys: [],
  })
})

let secret = ''
it('a client that is added gets a secret that works, and is told once', async () => {
  const { status, body } = await admin.post(clients, { id: 'mas', name: 'Chat', redirectUris, enable: true })
  expect(status).toBe(200)
  ;({ secret } = body as { secret: string })
  expect(secret.length).toBeGreaterThan(40)
  expect(await exchange('mas', secret)).toBe('invalid_grant')
  expect(await provider()).toMatchObject({
    clients: [{ id: 'mas', name: 'Chat', secretBy: 'basic', redirectUris }],
    keys: [{ state: 'signs' }],
  })
  const { text } = await admin.get('/api/settings')
  expect(text).not.toContain(secret)
})

it('a second client leaves the first one as it is', async () => {
  expect(
    (await admin.post(clients, { id: 'wiki', redirectUris: ['https://wiki.example.org/back'] })).status,
  ).toBe(200)
  expect(await exchange('mas', secret)).toBe('invalid_grant')
})

it('another secret takes the place of the former one', async () => {
  const { body } = await admin.post(`${clients}/mas/secret`)
  const next = (body as { secret: string }).secret
  expect(await exchange('mas', secret)).toBe('invalid_client')
  expect(await exchange('mas', next)).toBe('invalid_grant')
})

it('a client that cannot be is refused with the field, and one that is not there is not found', async () => {
  const wrong = await admin.post(clients, { id: 'other', redirectUris: ['http://far.example.org/'] })
  expect(wrong).toMatchObject({
    status: 422,
    body: {
      error: { code: 'config-invalid', problems: [{ path: expect.stringContaining('redirectUris') }] },
    },
  })
  const twice = await admin.post(clients, { id: 'mas', redirectUris })
  expect(twice.status).toBe(422)
  expect((await admin.post(`${clients}/nobody/secret`)).status).toBe(404)
  expect((await admin.delete(`${clients}/nobody`)).status).toBe(404)
})

it('a client is removed, but the last one only when the provider is off', async () => {
  expect((await admin.delete(`${clients}/mas`)).status).toBe(200)
  expect((await admin.delete(`${clients}/wiki`)).status).toBe(422)
  expect(await provider()).toMatchObject({ clients: [{ id: 'wiki' }] })
})

it('the changes name the client, and none holds a secret', async () => {
  const { body, text } = await admin.get('/api/changes')
  const operations = (body as { changes: { operation: string; target: string }[] }).changes.map(
    ({ operation, target }) => `${operation} ${target}`,
  )
  expect(operations).toEqual(
    expect.arrayContaining([
      'integrations.add-client mas',
      'integrations.client-secret mas',
      'integrations.remove-client mas',
    ]),
  )
  expect(text).not.toContain(secret)
})
