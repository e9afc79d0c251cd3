import { describe, expect, test } from 'vitest'
import { codesOf, ours, read, wellDone, type ReadingOptions } from './support/reading.ts'

/** `wellDone` with lines replaced or added. */
const but = (lines: string, ...without: readonly RegExp[]) =>
  `${without.reduce((text, pattern) => text.replace(pattern, ''), wellDone)}${lines}`

const phones = { ...ours, notifications: { sms: { transport: 'log' } } } as const
const local = (homeserverUrl: string): ReadingOptions => ({
  config: { ...ours, matrix: { domain: 'example.org', homeserverUrl } },
})
const dns = (...addresses: readonly string[]): ReadingOptions => ({
  dns: { 'matrix.example.org': addresses },
})

test('a homeserver.yaml with which everything is well has no findings and no change', async () => {
  const report = await read(wellDone)
  expect(report.findings).toEqual([])
  expect(report.change).toEqual({ diff: '', files: [] })
})

const conflicts: readonly [what: string, text: string, code: string, options?: ReadingOptions][] = [
  [
    'another server name',
    wellDone.replace('server_name: example.org', 'server_name: other.org'),
    'server-name-differs',
  ],
  ['no server name', but('', /^server_name.*\n/m), 'server-name-missing'],
  ['no default identity server', but('', /^default_identity.*\n/m), 'default-identity-server-missing'],
  [
    'another default identity server',
    wellDone.replace(/^default_i.*$/m, 'default_identity_server: https://vector.im'),
    'default-identity-server-differs',
  ],
  [
    'the identity server among the extra content',
    but("extra_well_known_client_content: { m.identity_server: { base_url: 'https://x' } }\n"),
    'well-known-identity-server',
  ],
  ['no public base URL', but('', /^public_baseurl.*\n/m), 'public-baseurl-missing'],
  ['a private address', wellDone, 'blocklist-refuses-signpost', dns('192.168.1.5')],
  ['one private address of two', wellDone, 'blocklist-refuses-signpost', dns('198.41.0.4', 'fd00::5')],
  [
    'a list of its own that refuses us',
    but("ip_range_blacklist: ['198.41.0.0/16']\n"),
    'blocklist-refuses-signpost',
  ],
  [
    'the old list for federation',
    but("federation_ip_range_blacklist: ['192.168.0.0/16']\nip_range_whitelist: ['192.168.1.5']\n"),
    'federation-blacklist-refuses',
    dns('192.168.1.5'),
  ],
  ['a name without an address', wellDone, 'signpost-not-resolved', dns()],
  ['DNS without an answer', wellDone, 'signpost-not-resolved', { dns: { 'matrix.example.org': null } }],
  ['a proxy', but('https_proxy: http://user:secret@proxy.example.org:3128\n'), 'outbound-proxy'],
  [
    'certificates that are not checked',
    but('use_insecure_ssl_client_just_for_testing_do_not_use: true\n'),
    'tls-not-checked',
  ],
  ['no federation and no openid', wellDone.replace('[client, federation]', '[client]'), 'openid-not-served'],
  ['openid alone', wellDone.replace('[client, federation]', '[client, openid]'), 'onbind-not-served'],
  ['a homeserver URL to another port', wellDone, 'homeserver-url-elsewhere', local('http://127.0.0.1:8448')],
  [
    'a homeserver URL with the wrong scheme',
    wellDone,
    'homeserver-url-scheme',
    local('https://localhost:8008'),
  ],
  [
    'a homeserver URL to the listener for clients',
    wellDone.replace(
      'enable_registration: true',
      '  - { port: 8009, type: http, resources: [{ names: [client] }] }\nenable_registration: true',
    ),
    'homeserver-url-without-federation',
    local('http://[::1]:8009'),
  ],
  [
    'mail delegated',
    but('account_threepid_delegates: { email: https://vector.im }\n'),
    'delegate-email-removed',
  ],
  [
    'phones delegated to others',
    but('account_threepid_delegates: { msisdn: https://vector.im }\n'),
    'delegate-elsewhere',
  ],
  [
    'phones delegated without a scheme',
    but('account_threepid_delegates: { msisdn: matrix.example.org }\n'),
    'delegate-without-scheme',
  ],
  [
    'phones delegated to us, who send no messages',
    but('account_threepid_delegates: { msisdn: https://matrix.example.org }\n'),
    'delegate-needs-sms',
  ],
  [
    'phones delegated to us, without v1',
    but('account_threepid_delegates: { msisdn: https://matrix.example.org }\n'),
    'delegate-needs-v1',
    { config: { ...phones, identityV1: { enabled: false } } },
  ],
  ['phones that nobody verifies', wellDone, 'phones-not-delegated', { config: phones }],
  [
    'the old list of trusted servers',
    but('trusted_third_party_id_servers: [matrix.org]\n'),
    'trusted-servers-ignored',
  ],
  [
    'the old password reset',
    but('trust_identity_server_for_password_resets: true\n'),
    'password-reset-refused',
  ],
  ['lookups switched off', but('enable_3pid_lookup: no\n'), 'lookup-switched-off'],
  ['address changes switched off', but('enable_3pid_changes: false\n'), 'address-changes-switched-off'],
  [
    'a client location that is no URL',
    wellDone.replace('https://app.element.io', 'app.element.io'),
    'invite-client-refused',
  ],
  [
    'another client location',
    wellDone.replace('https://app.element.io', 'https://chat.example.org'),
    'invite-client-differs',
  ],
  ['no client location', but('', /^ {2}invite_client_location.*\n/m), 'invite-client-missing'],
  ['invitations by administrators only', but('block_non_admin_invites: true\n'), 'invitations-blocked'],
  ['a list of servers', but('federation_domain_whitelist: [a.org]\n'), 'federation-restricted'],
  ['the usual pace of invitations', but('', /^rc_third.*\n/m), 'invitations-slow'],
  ['the usual pace of verifications', but('', /^rc_3pid.*\n/m), 'verifications-slow'],
  ['closed registration', but('', /^enable_reg.*\n/m), 'registration-closed'],
  ['registration closed by the old key', but('disable_registration: true\n'), 'registration-closed'],
  [
    'open registration',
    but('enable_registration_without_verification: true\n', /^registrations_require.*\n/m),
    'registration-unverified',
  ],
  [
    'registration that Synapse refuses',
    but('', /^registrations_require.*\n/m),
    'registration-refused-at-start',
  ],
  ['registration by mail without mail', but('', /^email:\n.*\n.*\n/m), 'registration-needs-mail'],
  ['mail without a sender', but('', /^ {2}notif_from.*\n/m), 'mail-without-sender'],
  [
    'registration by phone without a delegate',
    wellDone.replace('[email]', '[msisdn]'),
    'registration-needs-phone',
  ],
  [
    'the old REST password provider',
    but(
      'password_providers: [{ module: rest_auth_provider.RestAuthProvider, config: { endpoint: http://x } }]\n',
    ),
    'rest-password-provider',
  ],
  ['no passwords', but('password_config: { enabled: false }\n'), 'passwords-switched-off'],
  [
    'no passwords of its own',
    but('password_config: { localdb_enabled: false }\n'),
    'local-passwords-switched-off',
  ],
  ['no user directory', wellDone.replace('search_all_users: true', 'enabled: false'), 'user-directory-off'],
  ['a narrow user directory', but('', /^user_directory.*\n/m), 'user-directory-narrow'],
  ['application services', but('app_service_config_files: [/etc/a.yaml]\n'), 'application-services'],
  ['a key twice', but('server_name: example.org\n'), 'key-repeated'],
  ['a value of the wrong kind', but('modules: none\n'), 'value-not-understood'],
  ['YAML that is broken', but('oops: [1, 2\n'), 'yaml-broken'],
]

test.each(conflicts)('%s is found, with a reason and mostly a fix', async (_what, text, code, options) => {
  const { findings } = await read(text, options)
  const found = findings.find((each) => each.code === code)
  expect(found, JSON.stringify(findings.map((each) => each.code))).toBeDefined()
  expect(found?.why).toMatch(/\.$/)
  expect(found?.detail).toMatch(/\.$/)
  if (found?.severity !== 'note') expect(found?.fix).toBeTruthy()
})

test('every conflict is found by itself: nothing else is a problem or a warning then', async () => {
  for (const [what, text, code, options] of conflicts) {
    const { findings } = await read(text, options)
    const others = findings.filter((each) => each.severity !== 'note' && each.code !== code)
    expect(
      others.map((each) => each.code),
      what,
    ).toEqual([])
  }
})

describe('beside Matrix Authentication Service', () => {
  const mas = but(
    'matrix_authentication_service: { enabled: true, endpoint: http://x, secret: hidden }\n',
    /^enable_reg.*\n/m,
    /^registrations.*\n/m,
  )

  test('nothing is wrong by itself, and the operator is told what changes', async () => {
    expect(codesOf(await read(mas))).toEqual(['mas-in-use'])
  })

  test('the former key is found as well, with the advice to move', async () => {
    const old = mas.replace(
      /^matrix_auth.*\n/m,
      'experimental_features: { msc3861: { enabled: true, issuer: https://x } }\n',
    )
    expect(codesOf(await read(old))).toEqual(['mas-old-key', 'mas-in-use'])
  })

  test.each([
    'password_config: { enabled: true }',
    'password_config: { enabled: only_for_reauth }',
    'enable_registration: true',
    'enable_3pid_changes: true',
    'enable_registration_captcha: true',
    'login_via_existing_session: { enabled: true }',
    'session_lifetime: 24h',
    'refresh_token_lifetime: 24h',
    'nonrefreshable_access_token_lifetime: 24h',
    'password_providers: [{ module: ldap_auth_provider.LdapAuthProvider, config: {} }]',
    'user_consent: { version: 1 }',
    'oidc_providers: [{ idp_id: x, client_secret: hidden }]',
    'oidc_config: { enabled: true }',
    'saml2_config: { sp_config: { metadata: {} } }',
    'cas_config: { enabled: true }',
    'jwt_config: { enabled: true, secret: hidden }',
  ])('%s keeps Synapse from starting', async (line) => {
    const { findings } = await read(`${mas}${line}\n`)
    const key = line.split(':')[0]
    expect(
      findings.filter(({ code }) => code === 'mas-conflict').map(({ path }) => path.split('.')[0]),
    ).toEqual([key])
    expect(JSON.stringify(findings)).not.toContain('hidden')
  })

  test('a module that checks passwords is a problem, another one is not', async () => {
    const modules =
      'modules: [{ module: ldap_auth_provider.Ldap }, { module: synapse_auto_accept_invite.Inviter }]\n'
    const { findings } = await read(`${mas}${modules}`)
    expect(
      findings.filter(({ code }) => code === 'mas-module').map(({ severity, path }) => [severity, path]),
    ).toEqual([
      ['problem', 'modules[0]'],
      ['note', 'modules[1]'],
    ])
  })
})

test('what is allowed by the list is not refused, in all notations', async () => {
  const allowed = but("ip_range_whitelist: ['192.168.1.0/24', 'fd00::/8', nonsense]\n")
  expect(codesOf(await read(allowed, dns('192.168.1.5', 'fd00::5')))).toEqual([])
})

test('the pace is told in time that an administrator can imagine', async () => {
  const { findings } = await read(but('', /^rc_third.*\n/m))
  expect(findings[0]?.detail).toBe(
    'One user may send 5 invitations by address at once, then one in 7 min: 200 take about 22 h.',
  )
})

test('a finding names the file that decides and its line', async () => {
  const files = [
    { name: 'homeserver.yaml', text: wellDone },
    { name: 'conf.d/a.yaml', text: '# first\nserver_name: wrong.org\nenable_3pid_lookup: false\n' },
    { name: 'conf.d/b.yaml', text: 'server_name: example.org\n' },
  ]
  const { findings } = await read(files)
  expect(findings.map(({ code, file, line }) => [code, file, line])).toEqual([
    ['lookup-switched-off', 'conf.d/a.yaml', 3],
  ])
})

test('a later file replaces a section whole, as Synapse merges them', async () => {
  const files = [
    { name: 'a.yaml', text: wellDone },
    { name: 'b.yaml', text: 'email: { smtp_host: mail }\n' },
  ]
  expect(codesOf(await read(files))).toEqual(['mail-without-sender', 'invite-client-missing'])
})

test('YAML is read as Python reads it', async () => {
  expect(
    codesOf(await read(wellDone.replace('enable_registration: true', 'enable_registration: "yes"'))),
  ).toEqual([])
  expect(codesOf(await read(wellDone.replace('search_all_users: true', 'search_all_users: on')))).toEqual([])
})

test.each(['', '# nothing\n', '[]\n', 'text\n', '---\n'])('an empty file %j is no crash', async (text) => {
  expect(codesOf(await read(text))).toContain('server-name-missing')
})

test('references that unfold without end are a broken file', async () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  for (const [name, from] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'].map((pair) => [...pair])) {
    bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${from}`).join(', ')}]`)
  }
  expect(codesOf(await read(`${bomb.join('\n')}\n`))).toEqual(['yaml-broken'])
})
