import { once } from 'node:events'
import { request, type RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { adminName, adminPassword, tokenOf } from '../../support/admin-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'

const name = 'signpost.lan'
let appliance: TestAppliance
let ca: string
beforeAll(async () => {
  appliance = await startTestAppliance({
    config: {
      server: { listen: { port: 0 }, tls: { mode: 'selfSigned', selfSigned: { names: [name] } } },
      admin: { listen: { host: '0.0.0.0', port: 0 }, tls: 'public', hosts: [name] },
    },
  })
  ca = await readFile(join(appliance.dataDir, 'tls', 'authority.pem'), 'utf8')
})
afterAll(() => appliance.stop())

async function ask(path: string, options: RequestOptions = {}, body = '') {
  const { port } = new URL(appliance.adminAddress)
  const asked = request({ host: '127.0.0.1', port, path, ca, servername: name, agent: false, ...options })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const { subjectaltname } = (response.socket as TLSSocket).getPeerCertificate()
  response.resume()
  return { status: response.statusCode, cookie: response.headers['set-cookie']?.[0] ?? '', subjectaltname }
}

it('the console speaks HTTPS with the certificate of the public listener, and is claimed by its name', async () => {
  const link = new URL(await appliance.admin.oneTimeLink())
  expect(link.protocol).toBe('https:')
  expect(link.hostname).toBe(name)
  const headers = {
    host: link.host,
    origin: link.origin,
    'x-signpost-console': '1',
    'content-type': 'application/json',
  }
  const body = JSON.stringify({ token: tokenOf(link.href), name: adminName, password: adminPassword })
  const answer = await ask('/api/session/claim', { method: 'POST', headers }, body)
  expect(answer.status).toBe(200)
  expect(answer.subjectaltname).toContain(name)
  expect(answer.cookie).toMatch(/^__Host-signpost-.*; Secure$/)
})

it('any other name is refused there, too', async () => {
  expect((await ask('/api/session', { headers: { host: 'evil.example' } })).status).toBe(421)
})
