import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { stringify } from 'yaml'
import { buildBundle } from '../../../src/doctor/bundle/build-bundle.ts'
import { openDoctorWorld } from '../../../src/doctor/open-world.ts'
import { startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { tellStory, type Story } from '../../security/story.ts'

/** Found nowhere by chance, and not to be found in any bundle. */
const planted = {
  smtp: 'planted-smtp-password',
  ldap: 'planted-ldap-password',
  fromFile: 'planted-secret-from-file',
  fromEnv: 'planted-secret-from-env',
  smsKey: 'planted-sms-key',
  header: 'planted-header',
}

/** Names of people and places in the configuration and in the log. */
const names = [
  'zwetschge@planted-mail.example',
  'zwetschge',
  'planted-mail.example',
  'planted-school.org',
  'planted-dc.planted-school.org',
  'plantedbinder',
  'Planted Person',
  '+49 170 7654321',
  '491707654321',
  '203.0.112.77',
  '!plantedroom:planted-peer.org',
  'planted-peer.org',
]

/** What no part of a bundle may hold. */
const traces = /zwetschge|planted|49 ?170|203\.0\.112/i

const configuration = {
  matrix: { domain: 'example.org', pins: { 'planted-peer.org': 'https://planted-peer.org:8448' } },
  server: { publicUrl: 'https://id.planted-school.org', listen: { port: 0 } },
  admin: { listen: { port: 0 } },
  notifications: {
    email: {
      transport: 'smtp',
      from: 'Planted Person <zwetschge@planted-mail.example>',
      smtp: { host: 'mail.planted-school.org', user: 'plantedbinder', password: planted.smtp },
      sendgrid: { apiKey: { file: 'sendgrid.txt' } },
      placeholders: { school: 'Planted Person' },
    },
    sms: {
      transport: 'http',
      http: {
        url: `https://sms.planted-school.org/?key=${planted.smsKey}&to={to}`,
        headers: { Authorization: planted.header },
      },
      twilio: { authToken: { env: 'PLANTED' } },
    },
  },
  backends: [
    { id: 'list', type: 'list' },
    {
      id: 'people',
      type: 'ldap',
      enabled: false,
      servers: ['ldaps://planted-dc.planted-school.org'],
      bindDn: 'cn=plantedbinder,ou=Planted Person,dc=planted-school,dc=org',
      bindPassword: planted.ldap,
      bases: ['dc=planted-school,dc=org'],
    },
  ],
}

let world: IdentityWorld
let story: Story
let text: string
let dataDir: string

beforeAll(async () => {
  dataDir = await createTempDir('bundle')
  world = await startIdentityWorld({}, { dataDir })
  story = await tellStory(world)
  // Somebody whose name is one word, and deliveries that tell why they fail.
  const alice = await world.login('@zwetschge:example.org')
  await world.bind(alice, '@zwetschge:example.org', 'zwetschge@planted-mail.example')
  const { db } = world.appliance.storage
  await db
    .updateTable('outbox')
    .set({ last_error: 'zwetschge@planted-mail.example at planted-peer.org refused zwetschge' })
    .execute()
  const failure = JSON.stringify({
    code: 'x',
    message: 'cn=Planted Person,dc=planted-school,dc=org',
    fix: 'call zwetschge',
  })
  await db
    .insertInto('directory_syncs')
    .values({ ...emptySync, source: 'people', failure, cursor: 'planted-cursor' })
    .execute()
  await writeFile(join(dataDir, 'signpost.yaml'), stringify(configuration))
  await writeFile(join(dataDir, 'sendgrid.txt'), `${planted.fromFile}\n`)
  await writeFile(join(dataDir, 'zwetschge@planted-mail.example.txt'), '')
  await mkdir(join(dataDir, 'log'))
  await writeFile(join(dataDir, 'log', 'recent.jsonl'), await hostileLog())
  text = await bundleOf(dataDir, { PLANTED: planted.fromEnv })
})
afterAll(() => world.stop())

const emptySync = {
  settings: 'digest',
  started_at: 1,
  finished_at: 1,
  succeeded_at: null,
  full_at: null,
  failures: 3,
  people: 0,
  addresses: 0,
  added: 0,
  changed: 0,
  removed: 0,
  rejected: 0,
  conflicts: 0,
}

/** As if the log had kept nothing back: every secret and every name, in messages, fields and errors. */
async function hostileLog(): Promise<string> {
  const keys = await readFile(join(dataDir, 'signing-keys.json'), 'utf8')
  const sealing = await readFile(join(dataDir, 'sealing.key'), 'utf8')
  const all = [...Object.values(planted), ...story.secrets, ...story.addresses, ...names]
  const words = [...all, sealing.trim(), ...(keys.match(/[\w+/=-]{40,}/g) ?? [])]
  const lines = words.flatMap((word) => [
    { level: 'info', msg: `something about ${word}, and more` },
    { level: 'warn', field: word, nested: { list: [word] } },
    {
      level: 'error',
      err: { type: 'Error', message: `<${word}>`, stack: `Error: "${word}"\n    at run (/srv/x.js:1:1)` },
    },
    {
      level: 'info',
      msg: `https://user:${encodeURIComponent(word)}@h.example/p/${encodeURIComponent(word)}?q=${encodeURIComponent(word)}`,
    },
  ])
  return [
    ...lines.map((line) => JSON.stringify(line)),
    '{"half of a line about zwetschge@planted-mail.example',
  ].join('\n')
}

async function bundleOf(folder: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const doctor = openDoctorWorld({ dataDir: folder, env, runtime: createTestRuntime() })
  try {
    return await buildBundle(doctor)
  } finally {
    await doctor.close()
  }
}

describe('a bundle', () => {
  it('tells what somebody needs who helps', () => {
    const bundle = JSON.parse(text) as Record<string, unknown>
    expect(Object.keys(bundle)).toEqual([
      'about',
      'created',
      'program',
      'files',
      'configuration',
      'doctor',
      'database',
      'networkChange',
      'log',
    ])
    expect(bundle['program']).toMatchObject({ node: process.version, platform: process.platform })
    expect(bundle['database']).toMatchObject({ kind: 'sqlite', rows: { associations: 3 } })
    expect(bundle['configuration']).toMatchObject({
      values: {
        server: { listen: { port: 0 } },
        notifications: { email: { smtp: { password: expect.stringMatching(/^<secret/) as string } } },
      },
    })
    expect((bundle['doctor'] as { code: string }[]).map(({ code }) => code)).toContain(
      'configuration-exposed',
    )
    expect((bundle['log'] as unknown[]).length).toBeGreaterThan(50)
  })

  it('is read by people: a line for a line of the log', () => {
    const lines = text.split('\n')
    expect(lines.filter((line) => /^ {4}\{"level":"(info|warn|error)"/.test(line)).length).toBeGreaterThan(50)
    expect(lines.some((line) => /^ {4}"kind": "sqlite",$/.test(line))).toBe(true)
  })

  it.each(Object.entries(planted))('holds no secret of the installation: %s', (_name, secret) => {
    expect(text).not.toContain(secret)
  })

  it('holds no token, code or key that came up, though the log has them all', async () => {
    // A code of six digits, words that people made up, and the rare random text without a digit have no form that tells.
    const hasForm = (secret: string) =>
      secret.length >= 12 && [/\d/, /[a-z]/, /[A-Z]/].every((kind) => kind.test(secret))
    const withForm = story.secrets.filter(hasForm)
    expect(withForm.length).toBeGreaterThan(2)
    for (const secret of withForm) expect(text).not.toContain(secret)
    for (const name of ['sealing.key', 'signing-keys.json']) {
      const content = await readFile(join(dataDir, name), 'utf8')
      for (const key of content.match(/[\w+/=-]{40,}/g) ?? []) expect(text).not.toContain(key)
    }
  })

  it('holds no address, number, name or host of anybody', () => {
    for (const address of story.addresses) expect(text.toLowerCase()).not.toContain(address.toLowerCase())
    expect(text.split('\n').filter((line) => traces.test(line))).toEqual([])
  })

  it('holds nothing of the tables that hold people', async () => {
    const { db } = world.appliance.storage
    const tokens = await db.selectFrom('tokens').select('token_hash').execute()
    const invitations = await db.selectFrom('invitations').selectAll().execute()
    const peppers = await db.selectFrom('peppers').select('pepper').execute()
    const sessions = await db.selectFrom('sessions').select('sid').execute()
    const values = [
      ...tokens.map((row) => row.token_hash),
      ...peppers.map((row) => row.pepper),
      ...sessions.map((row) => row.sid),
      ...invitations.flatMap((row) => [row.token, row.ephemeral_private_key, row.evidence_ref, row.address]),
      'planted-cursor',
    ]
    expect(values.length).toBeGreaterThan(8)
    for (const value of values) expect(text).not.toContain(value)
  })

  it('has the same stand-in for the same person everywhere, and another one in the next bundle', async () => {
    const standIns = (bundle: string) => new Set(bundle.match(/person-\w+@h-\w+\.example/g) ?? [])
    const address = /refused (user-\w+)/.exec(text)?.[1]
    expect(address).toBeDefined()
    expect(text.split(address ?? '').length).toBeGreaterThan(3)
    const second = await bundleOf(dataDir)
    expect([...standIns(second)].some((each) => standIns(text).has(each))).toBe(false)
  })
})

test('an installation that is broken in every way still gets a bundle, with the reasons', async () => {
  const folder = await createTempDir('bundle-broken')
  await writeFile(
    join(folder, 'signpost.yaml'),
    `matrix: { domian: planted-school.org }\nnotifications: { email: { smtp: { password: ${planted.smtp} } } }\n`,
  )
  await mkdir(join(folder, 'log'))
  await writeFile(join(folder, 'log', 'recent.jsonl'), `{"msg":"${planted.smtp}"}\n`)
  await writeFile(join(folder, 'signpost.db'), randomBytes(5000))
  const bundle = JSON.parse(await bundleOf(folder)) as Record<string, unknown>
  expect(bundle['configuration']).toMatchObject({ missing: 'config-invalid' })
  expect(bundle['database']).toMatchObject({ missing: 'not-possible' })
  expect(bundle['log']).toEqual([{ msg: '[secret]' }])
  expect(JSON.stringify(bundle)).not.toContain('planted')
})

test('a configuration that is no YAML gives its secrets away no more than another', async () => {
  const folder = await createTempDir('bundle-no-yaml')
  const lines = [
    `smtp: { password: "${planted.smtp}", [`,
    `  url: https://sms.example.org/?k=${planted.smsKey}`,
  ]
  await writeFile(join(folder, 'signpost.yaml'), lines.join('\n'))
  await mkdir(join(folder, 'log'))
  await writeFile(join(folder, 'log', 'recent.jsonl'), `${planted.smtp} ${planted.smsKey}\n`)
  const bundle = await bundleOf(folder)
  expect(JSON.parse(bundle)).toMatchObject({ configuration: { missing: 'config-invalid' } })
  expect(bundle).not.toContain('planted')
})

test('a bundle of nothing tells of an installation without a file', async () => {
  const folder = await createTempDir('bundle-empty')
  const bundle = JSON.parse(await bundleOf(folder)) as Record<string, unknown>
  expect(bundle).toMatchObject({ files: [], configuration: { exists: false, values: {} } })
})
