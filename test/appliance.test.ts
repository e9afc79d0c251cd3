import { expect, test } from 'vitest'
import { createApiClient } from './support/api-client.ts'
import { startTestAppliance } from './support/appliance.ts'
import { startHttpPeer } from './support/http-peer.ts'

test('a call to another server goes on when the configuration changes meanwhile', async () => {
  const asked = Promise.withResolvers<() => void>()
  const slow = await startHttpPeer({
    handler: (_request, response) =>
      asked.resolve(() => void response.writeHead(200).end(JSON.stringify({ sub: '@a:slow.example' }))),
  })
  const pins = { 'slow.example': `http://127.0.0.1:${slow.port}` }
  const appliance = await startTestAppliance({ config: { matrix: { domain: 'slow.example', pins } } })
  const json = { access_token: 'token', matrix_server_name: 'slow.example' }
  const registered = createApiClient(appliance.publicAddress).post('/v2/account/register', { json })
  const answer = await asked.promise
  await appliance.configure({ matrix: { domain: 'slow.example', pins: {} } })
  answer()
  expect((await registered).status).toBe(200)
  await appliance.stop()
  await slow.close()
})
