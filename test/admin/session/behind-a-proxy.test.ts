import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { adminName, adminPassword, signInAsAdmin } from '../../support/admin-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'

let appliance: TestAppliance
beforeAll(async () => {
  appliance = await startTestAppliance({
    config: { admin: { listen: { port: 0 }, hosts: ['console.example.org'], trustedProxies: ['127.0.0.1'] } },
  })
  await signInAsAdmin(appliance)
})
afterAll(() => appliance.stop())

/** As a reverse proxy with TLS passes it on; `fetch` would set the Host header by itself. */
async function signIn(client: string, password: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(appliance.adminAddress)
  const asked = request({
    ...{ host: hostname, port, path: '/api/session', method: 'POST', agent: false },
    headers: {
      host: 'console.example.org',
      origin: 'https://console.example.org',
      'content-type': 'application/json',
      'x-signpost-console': '1',
      'x-forwarded-for': client,
      'x-forwarded-proto': 'https',
      ...headers,
    },
  }).end(JSON.stringify({ name: adminName, password }))
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.resume()
  return { status: response.statusCode, cookie: response.headers['set-cookie']?.[0] ?? '' }
}

it('over HTTPS the cookie is secure and belongs to this host alone', async () => {
  const { status, cookie } = await signIn('198.51.100.1', adminPassword)
  expect(status).toBe(200)
  expect(cookie).toMatch(
    /^__Host-signpost-[0-9a-f]{8}=[\w-]{43}; Path=\/; .*HttpOnly; SameSite=Strict; Secure$/,
  )
})

it('a page that came without HTTPS is another origin', async () => {
  expect((await signIn('198.51.100.1', adminPassword, { origin: 'http://console.example.org' })).status).toBe(
    403,
  )
})

it('each client behind the proxy is slowed down for itself, and the log names the real one', async () => {
  for (let index = 0; index < 5; index++) await signIn('192.0.2.66', 'wrong wrong wrong')
  expect((await signIn('192.0.2.66', adminPassword)).status).toBe(429)
  // What the client itself wrote stands left of what the proxy added.
  expect((await signIn('198.51.100.1, 192.0.2.66', adminPassword)).status).toBe(429)
  expect((await signIn('198.51.100.1', adminPassword)).status).toBe(200)
  expect(appliance.logText()).toContain('"client":"192.0.2.66"')
  expect(appliance.logText()).toContain('"client":"198.51.100.1"')
})
