import { afterEach, expect, it } from 'vitest'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { freePort } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'

const stops: TestAppliance[] = []
afterEach(async () => void (await Promise.all(stops.splice(0).map((appliance) => appliance.stop()))))

async function start(tls: object) {
  const { appliance, client } = await startConsole({
    config: { matrix: { domain: 'example.org' }, server: { listen: { port: 0 }, tls } },
  })
  stops.push(appliance)
  return client
}

it('asks no authority where a proxy has the certificate', async () => {
  const admin = await start({ mode: 'proxy' })
  expect((await admin.post('/api/gateway/tls/renew')).body).toMatchObject({ error: { code: 'not-possible' } })
})

it('asks an authority again before the rest after a failure is over', async () => {
  const directory = `https://127.0.0.1:${await freePort()}/dir`
  const admin = await start({ mode: 'acme', acme: { agreeToTerms: true, directory, httpPort: null } })
  const failure = async () =>
    ((await admin.get('/api/gateway/tls')).body as { lastError: { at: number; nextAttempt: number } | null })
      .lastError
  const first = await eventually(failure, { what: 'the first failure' })
  expect(first.nextAttempt).toBeGreaterThan(first.at)
  expect((await admin.post('/api/gateway/tls/renew')).status).toBe(200)
  await eventually(async () => ((await failure())?.at ?? 0) > first.at, { what: 'another failure' })
})
