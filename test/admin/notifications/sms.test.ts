import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { startHttpPeer } from '../../support/http-peer.ts'

let appliance: TestAppliance
let admin: AdminClient
beforeAll(async () => {
  ;({ appliance, client: admin } = await startConsole({ config: { matrix: { domain: 'example.org' } } }))
})
afterAll(() => appliance.stop())

const test = async (sms?: object, to = '+44 7700 900001') =>
  (await admin.post('/api/notifications/sms/test', { to, ...(sms && { sms }) })).body

it('says that text messages are switched off', async () => {
  expect(await test()).toMatchObject({
    ...{ accepted: false, transport: 'none' },
    failure: { code: 'switched-off', fix: expect.any(String) },
  })
})

it('sends one by settings that are not saved', async () => {
  expect(await test({ transport: 'log' })).toEqual({ accepted: true, transport: 'log' })
  expect(await readdir(join(appliance.dataDir, 'sms'))).toHaveLength(1)
})

it('shows what a gateway says against it, without the number', async () => {
  const peer = await startHttpPeer({
    handler: (_request, response) => void response.writeHead(403).end('no credit'),
  })
  const answer = await test({
    transport: 'http',
    http: { url: `http://127.0.0.1:${peer.port}/?to={to}` },
  })
  expect(answer).toMatchObject({ accepted: false, failure: { detail: expect.stringContaining('403') } })
  expect(JSON.stringify(answer)).not.toContain('447700900001')
  await peer.close()
})
