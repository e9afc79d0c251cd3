import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ConfigInput } from '../../../src/config/schema.ts'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { freePort } from '../../support/free-port.ts'

let config: ConfigInput
let appliance: TestAppliance
let admin: AdminClient
beforeAll(async () => {
  config = {
    matrix: { domain: 'example.org' },
    server: { listen: { port: await freePort() }, publicUrl: 'https://matrix.example.org' },
  }
  ;({ appliance, client: admin } = await startConsole({ config }))
})
afterAll(() => appliance.stop())

interface Feature {
  readonly id: string
  readonly enabled: boolean
  readonly missing: readonly { readonly part: string; readonly blocks: boolean }[]
  readonly paths: readonly string[]
}

async function features(): Promise<ReadonlyMap<string, Feature>> {
  const { body } = await admin.get('/api/integrations')
  return new Map((body as { features: Feature[] }).features.map((one) => [one.id, one]))
}

const partsOf = (feature: Feature | undefined) => feature?.missing.map(({ part }) => part)

it('everything is off at first, and says what it needs before it can be switched on', async () => {
  const all = await features()
  expect([...all.values()].filter(({ enabled }) => enabled)).toEqual([])
  // The list that every Signpost begins with can be searched.
  expect(partsOf(all.get('search'))).toEqual(['homeserver-url'])
  expect(partsOf(all.get('passwords'))).toEqual(['backends'])
  expect(partsOf(all.get('oidc'))).toEqual(['backends', 'client'])
  expect(partsOf(all.get('room-invites'))).toEqual(['homeserver-url', 'inviters'])
  expect(partsOf(all.get('sign-up'))).toEqual(['homeserver-url', 'admin-token'])
  expect(partsOf(all.get('appservice'))).toEqual(['homeserver-url', 'tokens'])
})

it('what is configured is on and lacks nothing, and names the paths that the doctor tries', async () => {
  await appliance.configure({
    ...config,
    matrix: { domain: 'example.org', homeserverUrl: 'http://127.0.0.1:9' },
    backends: [{ id: 'staff', type: 'list' }],
    directory: { enabled: true },
    roomInvites: { enabled: true, users: ['*'] },
  })
  const all = await features()
  expect(all.get('search')).toEqual({
    id: 'search',
    enabled: true,
    missing: [],
    paths: ['/_matrix/client/v3/user_directory/search'],
  })
  expect(all.get('room-invites')).toMatchObject({ enabled: true, missing: [] })
  expect(all.get('passwords')).toMatchObject({ enabled: false, paths: [] })
  // A list knows no passwords.
  expect(partsOf(all.get('passwords'))).toEqual(['backends'])
})

it('the difference that a feature makes in the site of a proxy is the same, whether it is on or off', async () => {
  const configure = (enabled: boolean) =>
    appliance.configure({
      ...config,
      matrix: { domain: 'example.org', homeserverUrl: 'http://127.0.0.1:9' },
      profile: { enabled },
    })
  const ask = async () => (await admin.get('/api/integrations/profile/proxy/nginx')).body
  await configure(false)
  const before = await ask()
  expect(before).toMatchObject({
    place: '/etc/nginx/sites-available/matrix.example.org',
    diff: expect.stringMatching(/^\+ +location .*profile/m),
  })
  await configure(true)
  expect(await ask()).toEqual(before)
})

it('a feature that needs no rule in the proxy changes nothing there', async () => {
  const { body } = await admin.get('/api/integrations/passwords/proxy/caddy')
  expect(body).toMatchObject({ diff: '' })
})

it('the module for Synapse comes as a file', async () => {
  const { body } = await admin.get('/api/integrations/passwords/module')
  expect(body).toMatchObject({
    fileName: 'signpost_synapse.py',
    text: expect.stringContaining('class PasswordProvider'),
  })
})

it('the doctor looks with chosen checks alone, and refuses those that it does not have', async () => {
  const { body } = await admin.post('/api/doctor', { checks: ['directory-search', 'sign-up'] })
  const { findings } = body as { findings: { check: string }[] }
  expect(findings.map(({ check }) => check).toSorted()).toEqual(['directory-search', 'sign-up'])
  expect(await admin.post('/api/doctor', { checks: ['luck'] })).toMatchObject({
    status: 400,
    body: { error: { problems: [{ path: 'checks', message: expect.stringContaining('luck') }] } },
  })
})
