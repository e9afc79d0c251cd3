import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestAppliance } from '../support/appliance.ts'
import { createApiClient, type ApiClient } from '../support/api-client.ts'
import { startHttpPeer } from '../support/http-peer.ts'
import { startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'

let world: IdentityWorld
let admin: ApiClient
beforeAll(async () => {
  world = await startIdentityWorld()
  admin = createApiClient(world.appliance.adminAddress)
})
afterAll(() => world.stop())

describe('health', () => {
  it('is told on both listeners', async () => {
    for (const client of [world.api, admin]) {
      const answer = await client.get('/health')
      expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }])
    }
  })

  it('is 503 without a reason when the database fails', async () => {
    const broken = await startTestAppliance()
    await broken.storage.db.schema.dropTable('meta').execute()
    for (const address of [broken.publicAddress, broken.adminAddress]) {
      const answer = await createApiClient(address).get('/health')
      expect([answer.status, answer.body]).toEqual([503, { status: 'unavailable' }])
    }
    await broken.stop()
  })
})

describe('the admin listener', () => {
  it('serves metrics in the text format of Prometheus', async () => {
    const token = await world.login('@alice:example.org')
    await world.bind(token, '@alice:example.org', 'alice@example.com')
    await world.lookup(token, 'alice@example.com')
    const answer = await admin.get('/metrics')
    expect(answer.headers.get('content-type')).toContain('text/plain')
    for (const line of [
      /^signpost_http_request_duration_seconds_count\{method="POST",route="\/_matrix\/identity\/v2\/lookup",status="200"\} 1$/m,
      /^signpost_lookup_addresses_total\{algorithm="sha256"\} 1$/m,
      /^signpost_mappings 1$/m,
      /^signpost_invitations_pending 0$/m,
    ]) {
      expect(answer.text).toMatch(line)
    }
  })

  it('names routes in its metrics, never paths that strangers invent', async () => {
    await world.api.get('/v2/pubkey/ed25519:secret-path')
    await world.api.get('/invented/by/a/stranger')
    const { text } = await admin.get('/metrics')
    expect(text).not.toMatch(/secret-path|invented/)
  })

  it('answers under names of this machine only, against DNS rebinding', async () => {
    expect(await statusFor(world.appliance.adminAddress, 'evil.example')).toBe(421)
    expect(await statusFor(world.appliance.adminAddress, '127.0.0.1.evil.example:8091')).toBe(421)
    expect(await statusFor(world.appliance.adminAddress, 'localhost:8091')).toBe(200)
  })

  it('serves nothing of the identity API', async () => {
    expect((await admin.get('/_matrix/identity/v2')).status).toBe(404)
  })
})

describe('the public listener', () => {
  it.each(['/metrics', '/admin', '/api/admin', '/api', '/login'])('has no %s', async (path) => {
    expectError(await world.api.get(path.startsWith('/api') ? `/./${path}` : path), 404, 'M_UNRECOGNIZED')
  })

  it('shows people a page', async () => {
    const answer = await world.api.get('/')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  })
})

describe('stopping', () => {
  it('lets a request that is under way finish', async () => {
    // A homeserver that answers the OpenID check only when it is told to.
    let answerNow: () => void = () => {}
    const asked = Promise.withResolvers<void>()
    const slow = await startHttpPeer({
      handler(_request, response) {
        answerNow = () => void response.writeHead(200).end(JSON.stringify({ sub: '@a:slow.example' }))
        asked.resolve()
      },
    })
    const appliance = await startTestAppliance({
      config: {
        matrix: { domain: 'slow.example', pins: { 'slow.example': `http://127.0.0.1:${slow.port}` } },
      },
    })
    const json = { access_token: 'token', matrix_server_name: 'slow.example' }
    const answer = createApiClient(appliance.publicAddress).post('/v2/account/register', { json })
    await asked.promise
    const stopped = appliance.stop()
    answerNow()
    expect((await answer).status).toBe(200)
    await stopped
    await expect(createApiClient(appliance.publicAddress).get('/health')).rejects.toThrow(TypeError)
    await slow.close()
  })

  it('and starting again keeps tokens, associations and keys', async () => {
    const first = await startIdentityWorld()
    const token = await first.login('@alice:example.org')
    await first.bind(token, '@alice:example.org', 'alice@example.com')
    const key = (await first.api.get('/v2/pubkey/ed25519:0')).body
    await first.stop()
    const second = await startIdentityWorld({}, { dataDir: first.appliance.dataDir })
    expect(await second.lookup(token, 'alice@example.com')).toBe('@alice:example.org')
    expect((await second.api.get('/v2/pubkey/ed25519:0')).body).toEqual(key)
    await second.stop()
  })
})

/** `fetch` does not let a Host header be chosen. */
function statusFor(address: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${address}/health`, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.once('error', reject)
    asked.end()
  })
}
