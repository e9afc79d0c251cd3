import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { z } from 'zod'
import type { RouteDescription } from '../../../src/admin/api/route.ts'
import { contract } from '../../../src/admin/contract.ts'
import { parseConfig } from '../../../src/config/load.ts'
import { describeConfig } from '../../../src/config/describe.ts'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { startConsole, type TestConsole } from '../../support/console.ts'

let count = 0
const canary = () => `canary-${++count}-Wq7`
const env = () => ({ TOKEN: canary() })
/** A command that the exec backend never runs here. */
const command = () => ({ command: '/bin/true', env: env() })

/** Every secret of the schema, in plain text: the worst that can stand in a file. */
const config = {
  matrix: { domain: 'example.org' },
  server: { listen: { port: 0 }, tls: { acme: { eab: { keyId: 'key', hmacKey: canary() } } } },
  notifications: {
    email: { smtp: { user: 'signpost', password: canary() }, sendgrid: { apiKey: canary() } },
    sms: {
      twilio: { accountSid: 'AC0', from: '+4930123456', authToken: canary() },
      http: {
        url: `https://sms.example.org/${canary()}`,
        headers: { authorization: canary() },
        body: `{"key": "${canary()}", "to": "{{to}}"}`,
      },
    },
  },
  federation: {
    outbound: { enabled: false },
    account: { userId: '@signpost:example.org', accessToken: canary() },
  },
  backup: { password: canary() },
  authentication: {
    provider: { secret: canary() },
    oidc: {
      clients: [{ id: 'mas', secret: canary(), redirectUris: ['https://auth.example.org/callback'] }],
    },
  },
  appservice: { asToken: canary(), hsToken: canary() },
  signUp: { adminToken: canary() },
  migration: { accessToken: canary() },
  backends: [
    {
      id: 'ldap',
      type: 'ldap',
      servers: ['ldap://127.0.0.1:9'],
      bases: ['dc=example,dc=org'],
      bindDn: 'cn=reader,dc=example,dc=org',
      bindPassword: canary(),
    },
    {
      id: 'sql-url',
      type: 'sql',
      connection: { type: 'postgres', url: `postgres://reader:${canary()}@127.0.0.1:9/people` },
      table: { name: 'people', user: 'name', emails: ['mail'] },
    },
    {
      id: 'sql-parts',
      type: 'sql',
      connection: {
        type: 'mysql',
        host: '127.0.0.1',
        port: 9,
        database: 'people',
        user: 'reader',
        password: canary(),
      },
      table: { name: 'people', user: 'name', emails: ['mail'] },
    },
    { id: 'rest', type: 'rest', url: 'http://127.0.0.1:9', headers: { authorization: canary() } },
    {
      id: 'exec',
      type: 'exec',
      auth: command(),
      directory: { byName: command(), byThreepid: command() },
      identity: { single: command(), bulk: command() },
      profile: { displayName: command(), threePid: command(), roles: command() },
      list: command(),
    },
    { id: 'firebase', type: 'firebase', credentials: canary() },
  ],
}

/** Known to the schema, and not seeded here, with the reason. */
const elsewhere = new Set([
  // Another database; the settings page hides it by the same rule (test/config/secret-values.test.ts).
  'storage.url',
])

let world: TestConsole
beforeAll(async () => {
  // The file itself has to be fine: routes that refuse it would answer nothing, and prove nothing.
  parseConfig(stringify(config), 'signpost.yaml')
  world = await startConsole({ config: config as unknown as ConfigInput })
})
afterAll(() => world.appliance.stop())

function has(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return value !== undefined
  const name = key.replace('[]', '')
  const member =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
  if (!key.endsWith('[]')) return has(member, rest)
  return Array.isArray(member) && member.some((item) => has(item, rest))
}

it('the configuration of this test has every secret that the schema knows', () => {
  const missing = describeConfig()
    .filter(({ hidden, path }) => hidden && !elsewhere.has(path) && !has(config, path.split('.')))
    .map(({ path }) => path)
  expect(missing).toEqual([])
})

const reads = Object.entries<RouteDescription>(contract).filter(([name]) => name.startsWith('GET '))

/** Values for `{id}` and `{kind}`: those of a choice, else what names something here. */
function values(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String)
  return ['1', ...config.backends.map(({ id }) => id)]
}

function addresses(name: string, { params }: RouteDescription): readonly string[] {
  const path = name.slice('GET '.length)
  return [...path.matchAll(/\{(\w+)\}/g)].reduce<readonly string[]>(
    (paths, [place, key = '']) =>
      paths.flatMap((each) => values(params?.shape[key]).map((value) => each.replace(place, value))),
    [path],
  )
}

/** Live data never ends: its first piece says enough. */
async function firstPiece(path: string): Promise<string> {
  const ending = new AbortController()
  const response = await fetch(`${world.client.baseUrl}${path}`, {
    headers: { cookie: world.client.cookie() },
    signal: ending.signal,
  })
  const piece = await response.body?.getReader().read()
  ending.abort()
  return new TextDecoder().decode(piece?.value)
}

describe.each(reads)('%s', (name, route) => {
  it('answers nothing of a secret', async () => {
    for (const path of addresses(name, route)) {
      const text = path === '/api/events' ? await firstPiece(path) : (await world.client.get(path)).text
      expect(text).not.toBe('')
      expect([path, text.match(/canary-\d+/)?.[0]]).toEqual([path, undefined])
    }
  })
})

it('the settings say of each that it is set', async () => {
  const { text } = await world.client.get('/api/settings')
  expect(text.match(/"set":true/g)?.length).toBeGreaterThanOrEqual(10)
})

it('the log holds none of them either', () => {
  expect(world.appliance.logText()).not.toContain('canary')
})
