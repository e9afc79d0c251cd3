import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generatedDocs } from '../../build/generate-docs.ts'
import { backendSections } from '../../src/backends/sections.ts'
import { describeConfig } from '../../src/config/describe.ts'
import { formatDuration } from '../../src/config/durations.ts'
import { withDefaults } from '../../src/config/effective.ts'
import { configJsonSchema } from '../../src/config/json-schema.ts'
import { parseConfig } from '../../src/config/load.ts'
import { configSchema } from '../../src/config/schema.ts'
import { parseDuration } from '../../src/config/types.ts'

const root = join(import.meta.dirname, '../..')
const keyOf = (path: string) => describeConfig().find((key) => key.path === path)

test('every key has a description that is a sentence', () => {
  const keys = describeConfig()
  expect(keys.length).toBeGreaterThan(80)
  expect(keys.filter(({ description }) => !/[.)]$/.test(description)).map(({ path }) => path)).toEqual([])
})

test('no key is described twice', () => {
  // A key may mean another thing in another kind of backend; then each has its condition.
  const keys = describeConfig().map(({ path, when }) => `${path} (${when ?? 'always'})`)
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
})

test('a key tells its type, default, choices and whether it needs a restart', () => {
  expect(keyOf('lookup.pepper.grace')).toMatchObject({ type: 'duration', default: '15m', restart: false })
  expect(keyOf('server.listen.port')).toMatchObject({
    type: 'whole number, 0 to 65535',
    default: 8090,
    restart: false,
  })
  expect(keyOf('server.maxBodyBytes')).toMatchObject({ restart: true })
  expect(keyOf('lookup.algorithms')).toMatchObject({ type: 'list of the values', values: ['sha256', 'none'] })
  expect(keyOf('server.maxBodyBytes')).toMatchObject({ unit: 'bytes' })
  expect(keyOf('notifications.email.sendgrid.url')).toMatchObject({
    type: 'URL',
    default: 'https://api.sendgrid.com',
  })
  expect(keyOf('matrix.homeserverUrl')).toMatchObject({ type: 'URL', default: null })
  expect(keyOf('storage.type')).toMatchObject({ values: ['sqlite', 'postgres'], default: 'sqlite' })
  expect(keyOf('storage.path')).toMatchObject({ when: 'type: sqlite' })
  expect(keyOf('backends[].id')).toMatchObject({ default: undefined })
  expect(keyOf('backends[].id')?.when).toBeUndefined()
  expect(keyOf('backends[].type')?.values).toEqual(expect.arrayContaining(['list', 'ldap', 'sql']))
})

test('keys that hold or may hold a secret are marked', () => {
  const hidden = describeConfig().filter((key) => key.hidden)
  expect(hidden.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'storage.url',
      'notifications.email.smtp.password',
      'notifications.email.sendgrid.apiKey',
      'notifications.sms.twilio.authToken',
      'notifications.sms.http.url',
      'notifications.sms.http.headers',
      'notifications.sms.http.body',
    ]),
  )
})

test('a file with every default written out means the same as an empty one', () => {
  expect(configSchema.parse(withDefaults({}, configJsonSchema()))).toEqual(configSchema.parse({}))
})

/** The smallest section of each kind of backend. */
const smallest: Readonly<Record<string, object>> = {
  list: {},
  ldap: { servers: ['ldap://a.example'], bases: ['dc=a'] },
  sql: { connection: { type: 'sqlite', path: 'a.db' }, table: { name: 'people', user: 'login' } },
  synapse: { connection: { type: 'sqlite', path: 'a.db' } },
  rest: { url: 'http://a.example' },
  exec: {},
  wordpress: { url: 'http://a.example' },
  firebase: {},
}

function isUsable(type: string, keys: readonly string[], example: unknown): boolean {
  const section = { id: 'a', type, ...structuredClone(smallest[type]) }
  let place: Record<string, unknown> = section
  for (const key of keys.slice(0, -1)) place = (place[key] ??= {}) as Record<string, unknown>
  place[keys.at(-1) ?? ''] = example
  return backendSections.safeParse(section).success
}

test('the examples of the keys can be used', () => {
  const nest = (path: string, example: unknown) =>
    path.split('.').reduceRight<unknown>((value, key) => ({ [key]: value }), example) as object
  const refused = describeConfig().flatMap(({ path, example, when }) => {
    if (example === undefined) return []
    if (path.startsWith('backends[].')) {
      const [, types = 'list'] = /^type: ([^;]*)/.exec(when ?? '') ?? []
      const keys = path.split('.').slice(1)
      return types.split(', ').flatMap((type) => (isUsable(type, keys, example) ? [] : [`${type} ${path}`]))
    }
    if (path.includes('[].')) return []
    const input =
      path === 'storage.url' ? { storage: { type: 'postgres', url: example } } : nest(path, example)
    return configSchema.safeParse(input).success ? [] : [path]
  })
  expect(refused).toEqual([])
})

test.each(Object.keys(generatedDocs()))(
  '%s is what the schema generates; if not, run: npm run docs',
  async (path) => {
    expect(await readFile(join(root, path), 'utf8')).toBe(generatedDocs()[path])
  },
)

test('the example file can be used', async () => {
  const text = await readFile(join(root, 'docs/signpost.example.yaml'), 'utf8')
  const { config } = parseConfig(text, 'signpost.example.yaml')
  expect(config.matrix.domain).toBe('example.org')
})

test('what the example file has in comments can be used, too', async () => {
  const text = await readFile(join(root, 'docs/signpost.example.yaml'), 'utf8')
  const tls = /# (tls: .*)/.exec(text)?.[1] ?? ''
  const twilio =
    text.match(/^ {4}# (transport: twilio\n(?: {4}#.*\n)+)/m)?.[1]?.replace(/^ {4}# /gm, '') ?? ''
  const storage = /# (type: postgres)\n {2}# (url: .*)/.exec(text)
  const indent = (block: string, by: number) => block.trimEnd().replace(/^/gm, ' '.repeat(by))
  const { config } = parseConfig(
    `server:\n  ${tls}\nstorage:\n  ${storage?.[1]}\n  ${storage?.[2]}\nnotifications:\n  sms:\n${indent(twilio, 4)}\n`,
    'comments',
  )
  expect(config.server.tls.mode).toBe('files')
  expect(config.storage.type).toBe('postgres')
  expect(config.notifications.sms).toMatchObject({ transport: 'twilio', twilio: { from: '+4915112345678' } })
})

test.each(['500ms', '90s', '15m', '36h', '7d'])('the duration %s survives being read and written', (text) => {
  expect(formatDuration(parseDuration(text))).toBe(text)
})
