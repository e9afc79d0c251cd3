import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ConfigInput } from '../src/config/schema.ts'
import { createApiClient } from './support/api-client.ts'
import { startTestAppliance } from './support/appliance.ts'
import { freePort } from './support/free-port.ts'
import { startHttpPeer } from './support/http-peer.ts'
import { createTempDir } from './support/temp-dir.ts'

const tls = { mode: 'files', certificate: 'missing.pem', privateKey: 'missing.pem' } as const
const noFiles: readonly [string, ConfigInput][] = [
  ['a certification authority', { network: { caFile: 'missing.pem' } }],
  ['the certificate of the listener', { server: { tls, listen: { port: 0 } } }],
]

test.each(noFiles)('a start that lacks the file of %s lets go of the database', async (_what, config) => {
  const dataDir = await createTempDir('start')
  await expect(startTestAppliance({ dataDir, config })).rejects.toMatchObject({ code: 'tls-unusable' })
  await (await startTestAppliance({ dataDir })).stop()
})

test('a start with damaged signing keys names them and lets go of the database', async () => {
  const dataDir = await createTempDir('start')
  const keys = join(dataDir, 'signing-keys.json')
  await writeFile(keys, '{')
  await expect(startTestAppliance({ dataDir })).rejects.toMatchObject({
    name: 'OperatorError',
    code: 'signing-keys-damaged',
    likelyCause: `${keys} is damaged.`,
  })
  await writeFile(keys, '')
  await expect(startTestAppliance({ dataDir })).rejects.toMatchObject({ code: 'signing-keys-damaged' })
})

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

test('a listener moves while Signpost runs, and its former address answers nobody any more', async () => {
  const appliance = await startTestAppliance()
  const former = appliance.publicAddress
  const port = await freePort()
  await appliance.configure({ server: { listen: { port } } })
  const moved = `http://127.0.0.1:${port}`
  expect((await fetch(`${moved}/health`)).status).toBe(200)
  await expect(fetch(`${former}/health`)).rejects.toThrow()
  await appliance.stop()
  await expect(fetch(`${moved}/health`)).rejects.toThrow()
})

test('a listener that cannot move refuses the configuration and says who is in the way', async () => {
  const appliance = await startTestAppliance()
  const port = Number(new URL(appliance.adminAddress).port)
  await expect(appliance.configure({ server: { listen: { port } } })).rejects.toThrow(
    /server\.listen.*Signpost itself already listens there/,
  )
  expect((await fetch(`${appliance.publicAddress}/health`)).status).toBe(200)
  await appliance.stop()
})
