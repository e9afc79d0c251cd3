import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RouteDescription } from '../../../src/admin/api/route.ts'
import { contract } from '../../../src/admin/contract.ts'
import { createAdminClient, signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'

const routes = Object.entries<RouteDescription>(contract).map(([name, route]) => {
  const [method = '', path = ''] = name.split(' ')
  return { name, method, path: path.replaceAll(/\{\w+\}/g, '1'), access: route.access }
})
const closed = routes.filter(({ access }) => access !== 'open')

let appliance: TestAppliance
let signedIn: AdminClient
/** Came by a link: the password was never typed. */
let unconfirmed: AdminClient
beforeAll(async () => {
  appliance = await startTestAppliance()
  signedIn = await signInAsAdmin(appliance)
  unconfirmed = createAdminClient(appliance.adminAddress)
  const token = new URL(await appliance.admin.oneTimeLink()).hash.slice(1)
  await unconfirmed.post('/api/session/link', { token })
})
afterAll(() => appliance.stop())

const send = (
  { method, path }: (typeof routes)[number],
  client: AdminClient,
  headers: Record<string, string | null>,
) => client.request(method, path, { headers, ...(method === 'GET' ? {} : { json: {} }) })
const stranger = () => createAdminClient(appliance.adminAddress)

const foreign: readonly (readonly [who: string, headers: Record<string, string>])[] = [
  ['a page of another origin', { origin: 'https://evil.example' }],
  [
    'a page of another port of this machine',
    { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' },
  ],
  ['a page without an origin', { origin: 'null' }],
  ['another page, as the browser says', { 'sec-fetch-site': 'cross-site' }],
]

describe.each(closed)('$name', (route) => {
  it('refuses whoever is not signed in, or made the session up', async () => {
    const [name = ''] = signedIn.cookie().split('=')
    for (const headers of [{}, { cookie: `${name}=${'x'.repeat(43)}` }, { cookie: `${name}=` }]) {
      expect(await send(route, stranger(), headers)).toMatchObject({
        status: 401,
        body: { error: { code: 'signed-out' } },
      })
    }
  })
})

describe.each(closed.filter(({ access }) => access === 'confirmed'))('$name', (route) => {
  it('wants the password first', async () => {
    expect(await send(route, unconfirmed, {})).toMatchObject({
      status: 403,
      body: { error: { code: 'confirm-password' } },
    })
  })
})

describe.each(routes)('$name', (route) => {
  it.each(foreign)('refuses %s, session or not', async (_who, headers) => {
    for (const client of [stranger(), signedIn]) {
      expect(await send(route, client, headers)).toMatchObject({
        status: 403,
        body: { error: { code: 'foreign-origin' } },
      })
    }
  })
})

describe.each(routes.filter(({ method }) => method !== 'GET'))('$name', (route) => {
  it('refuses a change without the header of the console', async () => {
    expect(await send(route, signedIn, { 'x-signpost-console': null })).toMatchObject({
      status: 403,
      body: { error: { code: 'foreign-origin' } },
    })
  })
})
