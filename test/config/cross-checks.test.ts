import { expect, test } from 'vitest'
import { crossCheck } from '../../src/config/cross-checks.ts'
import { formatPath } from '../../src/config/problems.ts'
import { configSchema } from '../../src/config/schema.ts'

const refusedKeys = (input: object) =>
  crossCheck(configSchema.parse(input)).map(({ keys }) => formatPath(keys))

const email = (settings: object) => ({ notifications: { email: settings } })
const sms = (settings: object) => ({ notifications: { sms: settings } })
const password = 'hunter2'
const acme = (settings: object, publicUrl: string | undefined = 'https://id.example.org') => ({
  server: { publicUrl, tls: { mode: 'acme', acme: { agreeToTerms: true, ...settings } } },
})

test('the defaults break no rule', () => {
  expect(refusedKeys({})).toEqual([])
})

test.each<[string, object]>([
  ['a loopback public URL without TLS', { server: { publicUrl: 'http://127.0.0.1:8090' } }],
  ['a public URL on localhost', { server: { publicUrl: 'http://localhost:8090' } }],
  ['a public URL on the IPv6 loopback', { server: { publicUrl: 'http://[::1]:8090' } }],
  ['TLS with both files', { server: { tls: { mode: 'files', certificate: 'c.pem', privateKey: 'k.pem' } } }],
  ['ACME for the public URL', acme({})],
  [
    "ACME of one's own for a private name",
    acme({ directory: 'https://ca.lan/acme', domains: ['id.lan', 'id'] }),
  ],
  [
    'an external account at a certification authority',
    acme({ eab: { keyId: 'kid', hmacKey: password }, httpPort: null }),
  ],
  [
    "a certificate of one's own for names and addresses",
    {
      server: { tls: { mode: 'selfSigned', selfSigned: { names: ['id', 'id.lan', '192.168.1.5', '::1'] } } },
    },
  ],
  [
    'addresses and networks of both families',
    { identityV1: { allow: ['10.0.0.0/8', '::1', 'fd00::/8', '192.0.2.1'] } },
  ],
  ['the admin listener on the IPv6 loopback', { admin: { listen: { host: '::1' } } }],
  [
    'the console on every address, over HTTPS and under a name',
    {
      server: { tls: { mode: 'selfSigned' } },
      admin: { listen: { host: '0.0.0.0' }, tls: 'public', hosts: ['id.lan', '[fd00::1]', '192.168.1.5'] },
    },
  ],
  ['free ports for both listeners', { admin: { listen: { port: 0 } }, server: { listen: { port: 0 } } }],
  ['a mail login', email({ transport: 'smtp', smtp: { user: 'me', password } })],
  ['a mail server without a login', email({ transport: 'smtp' })],
  ['a sender with a name', email({ from: 'Example School <matrix@example.org>' })],
  ['a sender without a name', email({ from: 'matrix@example.org' })],
  [
    'an SMS gateway with {to} in the body',
    sms({ transport: 'http', http: { url: 'https://a.example', body: '{to}' } }),
  ],
  ['DNS servers with ports', { network: { dnsServers: ['127.0.0.1:5353', '[::1]:53', '2001:db8::1'] } }],
  ['invitations that never expire', { invitations: { expireAfter: '36500d', resolveEvery: '7d' } }],
  ['no grace at all', { lookup: { pepper: { grace: '0s' } } }],
  [
    'a federation section with everything in it',
    {
      matrix: { domain: 'example.org' },
      federation: {
        outbound: { allow: ['partner.example'], deny: ['xn--mnchen-3ya.example', 'münchen.example'] },
        inbound: { domains: ['school.example'], backends: ['list'] },
        recursion: { networks: ['10.1.2.3', 'fd00::/8'] },
        account: { userId: '@signpost:example.org', accessToken: password },
        central: [{ url: 'https://central.example' }],
      },
    },
  ],
  ['a federation that publishes no backend', { federation: { inbound: { backends: [] } } }],
])('%s is accepted', (_what, input) => {
  expect(refusedKeys(input)).toEqual([])
})

test.each<[string, object, readonly string[]]>([
  ['a public URL without TLS', { server: { publicUrl: 'http://id.example.org' } }, ['server.publicUrl']],
  [
    'a public URL with a query',
    { server: { publicUrl: 'https://id.example.org/?a=b' } },
    ['server.publicUrl'],
  ],
  [
    'TLS without its files',
    { server: { tls: { mode: 'files' } } },
    ['server.tls.certificate', 'server.tls.privateKey'],
  ],
  [
    'TLS without the key',
    { server: { tls: { mode: 'files', certificate: 'c.pem' } } },
    ['server.tls.privateKey'],
  ],
  ['ACME without agreeing to the terms', acme({ agreeToTerms: false }), ['server.tls.acme.agreeToTerms']],
  [
    'ACME for the machine itself',
    { server: { tls: { mode: 'acme', acme: { agreeToTerms: true } } } },
    ['server.tls.acme.domains'],
  ],
  ['ACME for an address', acme({}, 'https://192.0.2.1'), ['server.tls.acme.domains']],
  [
    'ACME for names that need DNS, or that nobody owns',
    acme({ domains: ['*.example.org', 'id.lan', '192.0.2.1', 'a_b.example.org', 'id', 'https://a.org'] }),
    [0, 1, 2, 3, 4, 5].map((index) => `server.tls.acme.domains[${index}]`),
  ],
  ['ACME on the port of the listener', acme({ httpPort: 8090 }), ['server.tls.acme.httpPort']],
  ['half an external account', acme({ eab: { keyId: 'kid' } }), ['server.tls.acme.eab.hmacKey']],
  ['the other half', acme({ eab: { hmacKey: password } }), ['server.tls.acme.eab.keyId']],
  [
    "a certificate of one's own for a URL",
    { server: { tls: { selfSigned: { names: ['https://id.lan', 'id.lan:8443'] } } } },
    ['server.tls.selfSigned.names[0]', 'server.tls.selfSigned.names[1]'],
  ],
  ['the admin listener on every address', { admin: { listen: { host: '0.0.0.0' } } }, ['admin.listen.host']],
  ['the admin listener on a name', { admin: { listen: { host: 'id.example.org' } } }, ['admin.listen.host']],
  [
    'the console on every address without a name',
    { server: { tls: { mode: 'selfSigned' } }, admin: { listen: { host: '::' }, tls: 'public' } },
    ['admin.hosts'],
  ],
  ['the console over HTTPS without a certificate', { admin: { tls: 'public' } }, ['admin.tls']],
  [
    'names of the console that are URLs or have ports',
    { admin: { hosts: ['https://id.lan', 'id.lan:8091', 'id.lan'] } },
    ['admin.hosts[0]', 'admin.hosts[1]'],
  ],
  [
    'a proxy of the console that is no address',
    { admin: { trustedProxies: ['proxy'] } },
    ['admin.trustedProxies[0]'],
  ],
  ['one port for both listeners', { admin: { listen: { port: 8090 } } }, ['admin.listen.port']],
  ['a password without a user', email({ smtp: { password } }), ['notifications.email.smtp.user']],
  [
    'a user without a password',
    email({ transport: 'smtp', smtp: { user: 'me' } }),
    ['notifications.email.smtp.password'],
  ],
  ['a sender without an address', email({ from: 'Example School' }), ['notifications.email.from']],
  [
    'a sender with a line break',
    email({ from: 'a@b.example\nBcc: c@d.example' }),
    ['notifications.email.from'],
  ],
  ['SendGrid without a key', email({ transport: 'sendgrid' }), ['notifications.email.sendgrid.apiKey']],
  [
    'Twilio without its keys',
    sms({ transport: 'twilio' }),
    ['accountSid', 'authToken', 'from'].map((key) => `notifications.sms.twilio.${key}`),
  ],
  ['an SMS gateway without a URL', sms({ transport: 'http' }), ['notifications.sms.http.url']],
  [
    'an SMS gateway without a recipient',
    sms({ transport: 'http', http: { url: 'https://a.example' } }),
    ['notifications.sms.http.url'],
  ],
  [
    'a success that is no status',
    sms({ transport: 'http', http: { url: 'https://a.example/{to}', success: 'ok' } }),
    ['notifications.sms.http.success'],
  ],
  [
    'a proxy that is no address',
    { server: { trustedProxies: ['::1', 'proxy'] } },
    ['server.trustedProxies[1]'],
  ],
  ['a network with too long a prefix', { identityV1: { allow: ['10.0.0.0/33'] } }, ['identityV1.allow[0]']],
  ['an abbreviated address', { network: { allowPrivate: ['10.1'] } }, ['network.allowPrivate[0]']],
  ['a DNS server by name', { network: { dnsServers: ['dns.example.org'] } }, ['network.dnsServers[0]']],
  [
    'an origin with a path',
    { validation: { nextLinkOrigins: ['https://a.example/path'] } },
    ['validation.nextLinkOrigins[0]'],
  ],
  [
    'two backends of one name',
    { backends: [0, 1].map(() => ({ id: 'a', type: 'list' })) },
    ['backends[1].id'],
  ],
  ['a policy without a text', { terms: { privacy: { version: '1' } } }, ['terms.privacy']],
  ['lookups without sha256', { lookup: { algorithms: ['none'] } }, ['lookup.algorithms']],
  [
    'a grace as long as the rotation',
    { lookup: { pepper: { rotateEvery: '1h', grace: '60m' } } },
    ['lookup.pepper.grace'],
  ],
  ['a slip of the unit', { network: { timeout: '15ms' } }, ['network.timeout']],
  [
    'a rhythm that no timer can wait for',
    { invitations: { resolveEvery: '30d' } },
    ['invitations.resolveEvery'],
  ],
  ['a wait of weeks for another server', { network: { timeout: '30d' } }, ['network.timeout']],
  [
    'a time beyond all calendars',
    { invitations: { expireAfter: '99999999999999999d' } },
    ['invitations.expireAfter'],
  ],
  [
    'domains that are none',
    {
      federation: {
        outbound: { allow: ['a@b.example'], deny: ['*.b.example'] },
        inbound: { domains: ['school.example', '192.0.2.1', ''] },
      },
    },
    [
      'federation.outbound.allow[0]',
      'federation.outbound.deny[0]',
      'federation.inbound.domains[1]',
      'federation.inbound.domains[2]',
    ],
  ],
  [
    'a published backend that does not exist',
    { federation: { inbound: { backends: ['list', 'staff'] } } },
    ['federation.inbound.backends[1]'],
  ],
  [
    'a network of requesters that is none',
    { federation: { recursion: { networks: ['10.0.0.0/8', 'homeserver'] } } },
    ['federation.recursion.networks[1]'],
  ],
  [
    'an account of another homeserver',
    {
      matrix: { domain: 'example.org' },
      federation: { account: { userId: '@signpost:other.example', accessToken: password } },
    },
    ['federation.account.userId'],
  ],
  [
    'an account without a token',
    {
      matrix: { domain: 'example.org' },
      federation: { account: { userId: '@signpost:example.org' } },
    },
    ['federation.account.accessToken'],
  ],
  [
    'a token without its account',
    { federation: { account: { accessToken: password } } },
    ['federation.account.userId'],
  ],
  [
    'a central server without an account',
    { federation: { central: [{ url: 'https://central.example' }] } },
    ['federation.account.userId'],
  ],
  [
    'federation times that are slips of the unit',
    { federation: { outbound: { timeout: '5m', cache: { found: '10ms' } } } },
    ['federation.outbound.timeout', 'federation.outbound.cache.found'],
  ],
  ['a database URL of another kind', { storage: { type: 'postgres', url: 'mysql://a' } }, ['storage.url']],
])('%s is refused', (_what, input, keys) => {
  expect(refusedKeys(input)).toEqual(keys)
})
