import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signInAsAdmin } from '../../support/admin-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'

let appliance: TestAppliance
let cookie: string
beforeAll(async () => {
  appliance = await startTestAppliance({
    config: { admin: { listen: { port: 0 }, hosts: ['console.example.org'] } },
  })
  cookie = (await signInAsAdmin(appliance)).cookie()
})
afterAll(() => appliance.stop())

/** `fetch` sets the Host header by itself. */
async function ask(path: string, host: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(appliance.adminAddress)
  const asked = request({ host: hostname, port, path, agent: false, headers: { host, cookie } }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
  return { status: response.statusCode ?? 0, text }
}

const paths = ['/', '/health', '/metrics', '/api/session', '/api/sessions', '/anything']

it.each(paths)('%s refuses the name of a page that an attacker points at this machine', async (path) => {
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8091',
    'console.example.org.evil.example',
    '10.0.0.5',
  ]) {
    const answer = await ask(path, host)
    expect([host, answer.status]).toEqual([host, 421])
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'foreign-host' } })
  }
})

it.each([
  'localhost',
  'LOCALHOST:8091',
  '127.0.0.1:1',
  '127.9.9.9',
  '[::1]:8091',
  'console.example.org',
  'Console.Example.org:443',
])('the own name %s is let in', async (host) => {
  expect((await ask('/api/sessions', host)).status).toBe(200)
})
