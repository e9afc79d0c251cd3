import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startInterceptWorld, type InterceptWorld } from '../intercepts/support/world.ts'
import { freePort } from '../support/free-port.ts'
import { startHttpPeer, type HttpPeer } from '../support/http-peer.ts'

const path = '/_matrix/client/v3/login'
const byUser = (user: string) => ({
  type: 'm.login.password',
  identifier: { type: 'm.id.user', user },
  password: 'right',
})
const byAddress = {
  type: 'm.login.password',
  identifier: { type: 'm.id.thirdparty', medium: 'email', address: 'anna@school.example' },
  password: 'right',
}

describe('a login while something is broken', () => {
  let world: InterceptWorld
  let silent: HttpPeer
  beforeEach(async () => {
    silent = await startHttpPeer({ handler: () => {} })
    world = await startInterceptWorld(
      { authentication: { enabled: true }, network: { timeout: '1s' } },
      { anna: { password: 'right' } },
    )
  })
  afterEach(async () => {
    await world?.stop()
    await silent?.close()
  })

  test('works by user name when no backend answers, and leaves addresses to the homeserver', async () => {
    await world.stopDirectory()
    expect(await world.api.post(path, { json: byUser('Anna') })).toMatchObject({ status: 200 })
    await world.api.post(path, { json: byAddress })
    expect(JSON.parse(world.homeserver.asked('/login').at(-1)?.body ?? '')).toEqual(byAddress)
  })

  test('fails soon, with a reason, when the homeserver is down', async () => {
    await world.homeserver.close()
    const answer = await world.api.post(path, { json: byUser('anna') })
    expect(answer).toMatchObject({ status: 502, body: { errcode: 'M_UNKNOWN' } })
    expect(answer.text).toContain('homeserver')
    expect(answer.text).not.toContain('127.0.0.1')
  })

  test('ends when a homeserver keeps silent', async () => {
    await world.configure({
      matrix: { domain: 'example.org', homeserverUrl: `http://127.0.0.1:${silent.port}` },
    })
    expect(await world.api.post(path, { json: byUser('anna') })).toMatchObject({ status: 504 })
  })

  test('does not run in circles when the homeserver is Signpost itself', async () => {
    await world.configure({ matrix: { domain: 'example.org', homeserverUrl: world.appliance.publicAddress } })
    const answer = await world.api.get(path)
    expect(answer).toMatchObject({ status: 508, body: { errcode: 'M_UNKNOWN' } })
    expect(answer.text).toContain('matrix.homeserverUrl')
  })

  test('takes no token anywhere else: a homeserver that redirects is not followed', async () => {
    const elsewhere = `http://127.0.0.1:${silent.port}/_matrix/client/v3/login`
    world.homeserver.intercept(
      '/login',
      (_request, response) => void response.writeHead(307, { location: elsewhere }).end(),
    )
    const answer = await world.api.get(path, { token: 'secret' })
    expect(answer.status).toBe(307)
    expect(silent.seen).toEqual([])
  })

  test('is told of a port where nobody is', async () => {
    await world.configure({
      matrix: { domain: 'example.org', homeserverUrl: `http://127.0.0.1:${await freePort()}` },
    })
    expect(await world.api.get(path)).toMatchObject({ status: 502 })
  })
})
