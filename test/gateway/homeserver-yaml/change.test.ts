import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { HomeserverFile } from '../../../src/gateway/homeserver-yaml/read-homeserver-yaml.ts'
import { run } from '../../support/child-process.ts'
import { describeWith } from '../../support/skip.ts'
import { synapseSigningKey } from '../../support/synapse-config.ts'
import { provideSynapse } from '../../support/synapse-unpack.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { codesOf, ours, read } from './support/reading.ts'

/** As an installation grows: comments, secrets in every place, something wrong in most. */
const grown = `# Configuration file for Synapse.
#
# Written by the old administrator, password for support: sesame-comment
server_name: "example.org"
pid_file: /run/synapse.pid
# registration_shared_secret: "sesame-former"
registration_shared_secret: "sesame-shared"
#public_baseurl: https://example.com/
listeners:
  - port: 8008
    tls: false
    type: http
    x_forwarded: true
    bind_addresses: ['::1', '127.0.0.1']
    resources:
      - names: [client, openid]  # federation is off
        compress: false
  - { port: 9000, type: manhole, manhole_settings: { password: sesame-hole } }
federation_ip_range_blacklist:
  - '127.0.0.0/8'
  - '10.0.0.0/8'   # all of ours
  - '192.168.0.0/16'

database:
  name: psycopg2
  args: { user: synapse, password: sesame-database, host: localhost }
macaroon_secret_key: sesame-macaroon
form_secret: >-
  sesame-form
default_identity_server: https://vector.im # the default of the old days
enable_3pid_lookup: false
account_threepid_delegates:
  email: https://vector.im
  msisdn: https://vector.im
email:
  smtp_host: mail.example.org
  smtp_pass: sesame-mail
  notif_from: "Example <matrix@example.org>"
password_config: { pepper: sesame-pepper }
turn_shared_secret: sesame-turn
# vim:ft=yaml
`

const options = {
  config: { ...ours, notifications: { sms: { transport: 'log' } } },
  dns: { 'matrix.example.org': ['192.168.1.5'] },
} as const

async function patched(files: readonly HomeserverFile[], diff: string): Promise<HomeserverFile[]> {
  const dir = await createTempDir('homeserver-yaml')
  for (const { name, text } of files) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), text)
  }
  await writeFile(join(dir, 'change.diff'), diff)
  await run('patch', ['--batch', '-p0', '-i', 'change.diff'], { cwd: dir })
  return await Promise.all(
    files.map(async ({ name }) => ({ name, text: await readFile(join(dir, name), 'utf8') })),
  )
}

test('the change is the smallest: other lines and all comments stay', async () => {
  const { change } = await read(grown, options)
  expect(change.diff).toMatchInlineSnapshot(`
    "--- homeserver.yaml
    +++ homeserver.yaml
    @@ -13,5 +13,5 @@
         x_forwarded: true
         bind_addresses: ['::1', '127.0.0.1']
         resources:
    -      - names: [client, openid]  # federation is off
    +      - names: [client, openid, federation]  # federation is off
             compress: false
    @@ -19,5 +19 @@
    -federation_ip_range_blacklist:
    -  - '127.0.0.0/8'
    -  - '10.0.0.0/8'   # all of ours
    -  - '192.168.0.0/16'
     
    @@ -30,6 +26,4 @@
    -default_identity_server: https://vector.im # the default of the old days
    -enable_3pid_lookup: false
    +default_identity_server: https://matrix.example.org # the default of the old days
     account_threepid_delegates:
    -  email: https://vector.im
    -  msisdn: https://vector.im
    +  msisdn: https://matrix.example.org
     email:
    @@ -41,0 +36,4 @@
    +
    +ip_range_whitelist: ['192.168.1.5']
    +
    +rc_third_party_invite: { per_second: 1, burst_count: 200 }
    "
  `)
})

test('the change, applied by patch, leaves nothing that a change could mend', async () => {
  const files = [{ name: 'homeserver.yaml', text: grown }]
  const first = await read(files, options)
  const after = await patched(files, first.change.diff)
  expect(after).toEqual(first.change.files)
  const second = await read(after, options)
  expect(second.change.diff).toBe('')
  // What only the operator can know is left.
  expect(codesOf(second).sort()).toEqual([
    'invite-client-missing',
    'public-baseurl-missing',
    'registration-closed',
    'user-directory-narrow',
    'verifications-slow',
  ])
})

test('no secret of the file is in a finding or in the diff, wherever it stands', async () => {
  expect(grown.match(/sesame-/g)?.length).toBe(10)
  const report = await read(grown, options)
  expect(JSON.stringify({ ...report, change: report.change.diff })).not.toContain('sesame')
})

test.each([
  ["email: { smtp_pass: sesame, notif_from: 'x <x@y.z>', invite_client_location: app.element.io }"],
  ['default_identity_server: https://vector.im # login sesame: sesame'],
  ['x: { default: sesame }\nenable_3pid_lookup: false\npassword: sesame'],
  ['https_proxy: http://user:sesame@proxy:3128'],
  ['modules: { sesame: 1 }'],
  ['sesame: [\n'],
  ['account_threepid_delegates: { msisdn: https://user:sesame@vector.im/?key=sesame }'],
])('nor of a file that puts secrets beside what changes: %s', async (lines) => {
  const report = await read(`server_name: example.org\n${lines}\n`, options)
  expect(report.findings.length).toBeGreaterThan(0)
  expect(JSON.stringify({ ...report, change: report.change.diff })).not.toContain('sesame')
})

test('each change is made in the file that decides, new keys in the last one', async () => {
  const files = [
    { name: 'etc/homeserver.yaml', text: 'server_name: example.org\nenable_3pid_lookup: false\n' },
    { name: 'etc/conf.d/a.yaml', text: 'default_identity_server: https://vector.im\n' },
    { name: 'etc/conf.d/b.yaml', text: '# the last\n' },
  ]
  const { change } = await read(files, { dns: { 'matrix.example.org': ['10.0.0.5'] } })
  expect(await patched(files, change.diff)).toEqual([
    { name: 'etc/homeserver.yaml', text: 'server_name: example.org\n' },
    { name: 'etc/conf.d/a.yaml', text: 'default_identity_server: https://matrix.example.org\n' },
    {
      name: 'etc/conf.d/b.yaml',
      text: "# the last\n\nip_range_whitelist: ['10.0.0.5']\n\nrc_third_party_invite: { per_second: 1, burst_count: 200 }\n",
    },
  ])
})

const synapse = await provideSynapse()

describeWith('Synapse', synapse.unavailable, 'a Synapse', () => {
  test('refuses to start with what is called a problem, and starts with the change', async () => {
    const dir = await createTempDir('synapse-config')
    await writeFile(join(dir, 'key'), synapseSigningKey())
    const base = `server_name: example.org\nreport_stats: false\ndatabase: { name: sqlite3, args: { database: ":memory:" } }\nmedia_store_path: ${dir}\nsigning_key_path: ${join(dir, 'key')}\n`
    const text = `${base}matrix_authentication_service: { enabled: true, endpoint: 'http://127.0.0.1:1/', secret: x }\nenable_registration: true\naccount_threepid_delegates: { email: https://vector.im }\nemail:\n  notif_from: x@y.example\n  invite_client_location: chat.example.org\nenable_3pid_changes: true\nsession_lifetime: 24h\nextra_well_known_client_content:\n  m.identity_server: { base_url: https://x.example }\nlisteners:\n  - { port: 8008, type: http, resources: [{ names: [client] }] }\n`
    expect(await refusalOf(dir, text)).toContain('ConfigError')
    const report = await read(text, options)
    expect(codesOf(report)).toContain('mas-conflict')
    const [changed] = await patched([{ name: 'homeserver.yaml', text }], report.change.diff)
    expect(await refusalOf(dir, changed?.text ?? '')).toBeNull()
  })

  /** Why Synapse does not start with a file; null when it does. */
  async function refusalOf(dir: string, text: string): Promise<string | null> {
    const file = join(dir, 'homeserver.yaml')
    await writeFile(file, text)
    const [program, ...args] = synapse.installation?.python ?? ['python3']
    const script =
      'import sys; from synapse.config.homeserver import HomeServerConfig; HomeServerConfig.load_config("", ["-c", sys.argv[1]])'
    return await run(program, [...args, '-c', script, file], {
      env: { ...process.env, ...synapse.installation?.env },
    }).then(
      () => null,
      (error: unknown) => lastLine(error),
    )
  }
})

const lastLine = (error: unknown) =>
  error instanceof Error && 'stderr' in error
    ? (String(error.stderr).trim().split('\n').at(-1) ?? '')
    : String(error)
