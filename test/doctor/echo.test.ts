import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { echoSchema, preflightHeader } from '../../src/doctor/echo.ts'
import { makeNonce, type Nonce } from '../../src/doctor/nonce.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const path = '/_matrix/identity/unstable/org.signpost.doctor'

describe('the echo of the doctor', () => {
  let appliance: TestAppliance
  let nonce: Nonce
  const runtime = { ...createTestRuntime(), clock: systemClock, random: systemRandom }
  beforeAll(async () => {
    appliance = await startTestAppliance({ config: { server: { listen: { port: 0 }, maxBodyBytes: 2_000 } } })
    nonce = await makeNonce(appliance.storage, runtime)
  })
  afterAll(() => appliance.stop())

  const ask = (target: string, init: RequestInit = {}) => fetch(appliance.publicAddress + target, init)

  it('tells what arrived of a request with a nonce that the database has', async () => {
    const response = await ask(`${path}/${nonce.text}`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${nonce.text}`,
        'x-forwarded-for': '192.0.2.9',
        'content-type': 'text/plain',
      },
      body: 'x'.repeat(1_500),
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(echoSchema.parse(await response.json())).toMatchObject({
      method: 'PUT',
      target: `${path}/${nonce.text}`,
      host: new URL(appliance.publicAddress).host,
      forwardedFor: '192.0.2.9',
      forwardedProto: null,
      authorization: 'as-sent',
      bodyBytes: 1_500,
    })
  })

  it('answers under whatever path the request arrives, also as a parameter', async () => {
    for (const target of [
      `/stripped/org.signpost.doctor/${nonce.text}`,
      `/_matrix/client/v3/login?org.signpost.doctor=${nonce.text}`,
    ]) {
      expect(echoSchema.parse(await (await ask(target)).json()).target).toBe(target)
    }
  })

  it('marks the answer to a preflight, which nothing else answers', async () => {
    const response = await ask(`${path}/${nonce.text}`, { method: 'OPTIONS' })
    expect(response.status).toBe(204)
    expect(response.headers.get(preflightHeader)).toBe(nonce.text)
    expect((await ask('/_matrix/identity/v2', { method: 'OPTIONS' })).headers.get(preflightHeader)).toBeNull()
  })

  it('says when the token is missing or another one', async () => {
    const seen = async (headers: Record<string, string>) =>
      echoSchema.parse(await (await ask(`${path}/${nonce.text}`, { headers })).json()).authorization
    expect(await seen({})).toBe('missing')
    expect(await seen({ authorization: 'Basic dXNlcg==' })).toBe('changed')
  })

  it('reads no more of a body than other requests may send', async () => {
    const response = await ask(`${path}/${nonce.text}`, { method: 'POST', body: 'x'.repeat(500_000) }).catch(
      () => null,
    )
    // The connection may be cut off while the rest is still on its way.
    if (response !== null) expect(echoSchema.parse(await response.json()).bodyBytes).toBeLessThan(200_000)
    expect((await ask('/_matrix/identity/v2')).status).toBe(200)
  })

  it('gives everybody without a nonce the answer that they would have got anyway', async () => {
    const unknown = 'A'.repeat(22)
    const answers = await Promise.all(
      [`${path}/${unknown}`, `${path}/`, path, `${path}/${nonce.text}x`, '/nothing/here'].map(
        async (target) => {
          const response = await ask(target)
          return [response.status, await response.text()]
        },
      ),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]?.[0]).toBe(404)
    expect(await (await ask(`/_matrix/identity/v2?org.signpost.doctor=${unknown}`)).json()).toEqual({})
  })

  it('knows a nonce no more when the doctor has ended, or was killed a minute ago', async () => {
    const ended = await makeNonce(appliance.storage, runtime)
    await ended.end()
    const old = await makeNonce(appliance.storage, { ...runtime, clock: { now: () => Date.now() - 61_000 } })
    expect((await ask(`${path}/${ended.text}`)).status).toBe(404)
    expect((await ask(`${path}/${old.text}`)).status).toBe(404)
  })

  it('counts its questions to the database per client', async () => {
    const limited = await startTestAppliance({
      config: { rateLimits: { enabled: true, otherPerIp: { perMinute: 1, burst: 3 } } },
    })
    const target = `${limited.publicAddress}${path}/${'B'.repeat(22)}`
    const statuses = []
    for (let i = 0; i < 5; i++) statuses.push((await fetch(target)).status)
    await limited.stop()
    expect(statuses).toEqual([404, 404, 404, 429, 429])
  })
})
