import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownWords } from '../../../src/doctor/bundle/own-words.ts'
import { createPseudonyms } from '../../../src/doctor/bundle/pseudonyms.ts'
import { scrubText } from '../../../src/doctor/bundle/scrub-text.ts'
import { scrubValue } from '../../../src/doctor/bundle/scrub-value.ts'

const pseudonyms = createPseudonyms(randomBytes(32))
const scrubber = {
  pseudonyms,
  knownWords: new Set(['anna', 'b.miller']),
  knownNames: ['Example (School)'],
  ownWords: ownWords(),
}
const scrub = (text: string) => scrubText(text, scrubber)

const host = pseudonyms.host('example.org')
const known: readonly [what: string, text: string, after: string][] = [
  ['an e-mail address', 'to Anna@Example.org now', `to ${pseudonyms.email('anna@example.org')} now`],
  ['a masked address', 'to a***@e***.org', `to ${pseudonyms.email('a***@e***.org')}`],
  ['a Matrix ID', '<@anna:example.org>', `<@${pseudonyms.user('anna')}:${host}>`],
  ['a Matrix ID with a port', '@anna:example.org:8448', `@${pseudonyms.user('anna')}:${host}:8448`],
  ['a room', '!abc:example.org', `!${pseudonyms.thing('room', 'abc')}:${host}`],
  ['a localpart that somebody has', 'user anna.', `user ${pseudonyms.user('anna')}.`],
  ['a name of several words', 'of EXAMPLE (school)', `of ${pseudonyms.thing('name', 'example (school)')}`],
  ['a localpart with a dot', 'is B.Miller there', `is ${pseudonyms.user('b.miller')} there`],
  ['a host name', 'connect matrix.example.org:443', `connect matrix.${host}:443`],
  ['a host name with a dot at its end', '_matrix._tcp.example.org.', `_matrix._tcp.${host}.`],
  ['a URL', 'https://me:pw@example.org:8448/x?token=a&b=c', `https://${host}:8448/x?token=…&b=…`],
  [
    'a Matrix ID in a URL',
    'https://example.org/u/%40anna%3Aexample.org',
    `https://${host}/u/@${pseudonyms.user('anna')}:${host}`,
  ],
  ['a URL of one word', 'ldap://dc1:389', `ldap://${pseudonyms.host('dc1')}:389`],
  ['a phone number', '+44 7700 900123', pseudonyms.phone('447700900123')],
  ['the digits of it', 'msisdn 447700900123', `msisdn ${pseudonyms.phone('447700900123')}`],
  ['a masked phone number', '44***23', pseudonyms.thing('phone', '44***23')],
  ['a public IP address', 'from 198.41.0.4:80', `from ${pseudonyms.thing('ip4', '198.41.0.4')}:80`],
  ['an IPv6 address', '2600:1f18::5 ', `${pseudonyms.thing('ip6', '2600:1f18::5')} `],
  [
    'a name in a directory',
    'uid=anna,ou=people,dc=example,dc=org',
    `uid=${pseudonyms.thing('name', 'anna')},ou=people,${host
      .split('.')
      .map((each) => `dc=${each}`)
      .join(',')}`,
  ],
  ['a home directory', '/home/anna/data/signpost.db', `/home/${pseudonyms.user('anna')}/data/signpost.db`],
  [
    'a home directory of Windows',
    String.raw`C:\Users\Someone\signpost.yaml`,
    String.raw`C:\Users\${pseudonyms.user('Someone')}\signpost.yaml`.replace(
      "${pseudonyms.user('Someone')}",
      pseudonyms.user('Someone'),
    ),
  ],
  [
    'a token that begins with a dash',
    '-Syq4M7DL6bySTySl6oVAP',
    pseudonyms.thing('id', '-Syq4M7DL6bySTySl6oVAP'),
  ],
  ['a token without a digit', 'KsyqbMvDLpbySTySlzoVAPxw', pseudonyms.thing('id', 'KsyqbMvDLpbySTySlzoVAPxw')],
  ['a token', 'syt_YW5uYQ_abcDEF123ghiJKL', pseudonyms.thing('id', 'syt_YW5uYQ_abcDEF123ghiJKL')],
  ['a token that begins with a dash', ' -f3Kd_92mQxT', ` ${pseudonyms.thing('id', '-f3Kd_92mQxT')}`],
  [
    'a key',
    'q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80=',
    pseudonyms.thing('id', 'q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80='),
  ],
]

test.each(known)('%s is replaced', (_what, text, after) => {
  expect(scrub(text)).toBe(after)
})

test.each([
  '127.0.0.1:8090 and [::1]:8091, 192.168.1.5, 10.0.0.0/8, fd00::5, 0.0.0.0',
  'localhost, http://localhost:8008/_matrix/client/versions',
  'server.listen.port and notifications.email.smtp.password in signpost.yaml, backends[2].sync.every',
  '2026-08-30T12:00:00.123Z, 12:30:45, 2026-08-30, 1.2.3, 15m, 100 %, 3:1',
  'M_THREEPID_IN_USE, default-identity-server-missing, ECONNREFUSED, org.matrix.msc2965',
  '/var/lib/signpost/signpost.db and /etc/ssl/private/privkey.pem',
  'objectClass=person, {login}, (&(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))',
  'Error: it broke\n    at TLSSocket.onConnectSecure (node:_tls_wrap:1679:34)\n    at async run (/srv/signpost/dist/main.js:10:5)',
])('what says nothing of anybody stays: %s', (text) => {
  expect(scrub(text)).toBe(text)
})

test('a stack trace shows no home directory', () => {
  const text = 'Error\n    at run (/home/anna/signpost/dist/main.js:10:5)'
  expect(scrub(text)).toBe(`Error\n    at run (/home/${pseudonyms.user('anna')}/signpost/dist/main.js:10:5)`)
})

describe('stand-ins', () => {
  test('are equal for equal things, however they are written', () => {
    expect(scrub('anna@example.org')).toBe(scrub('ANNA@EXAMPLE.ORG'))
    expect(scrub('+44 7700 900123')).toBe(scrub('00447700900123'))
    expect(scrub('@anna:example.org').split(':')[0]).toBe(`@${scrub('anna')}`)
  })

  test('show which hosts belong together', () => {
    expect(pseudonyms.host('matrix.example.org')).toBe(`matrix.${host}`)
    expect(pseudonyms.host('a.example.org')).toMatch(
      new RegExp(String.raw`^h-\w+\.${host.replace('.', String.raw`\.`)}$`),
    )
    expect(pseudonyms.host('a.example.org')).not.toContain(pseudonyms.host('a.example.com').split('.')[0])
  })

  test('differ from bundle to bundle', () => {
    const other = createPseudonyms(randomBytes(32))
    expect(other.email('anna@example.org')).not.toBe(pseudonyms.email('anna@example.org'))
    expect(other.host('example.org')).not.toBe(host)
  })
})

test('names of members that name somebody are replaced as well', () => {
  const pins = {
    pins: { 'other.org': 'https://10.0.0.5:8448' },
    host: 'dc1',
    user: 'svc-signpost',
    level: 'info',
  }
  expect(scrubValue(pins, scrubber)).toEqual({
    pins: { [pseudonyms.host('other.org')]: 'https://10.0.0.5:8448' },
    host: pseudonyms.host('dc1'),
    user: pseudonyms.user('svc-signpost'),
    level: 'info',
  })
})

test('wherever an address, an ID, a number or a host stands, nothing of it is left', () => {
  const label = fc.stringMatching(/^[a-z]{8,10}$/).map((text) => `zq${text}`)
  const domain = fc
    .tuple(label, fc.constantFrom('org', 'de', 'co.uk', 'museum'))
    .map((parts) => parts.join('.'))
  const secret = fc.oneof(
    fc.tuple(label, domain).map(([local, at]) => `${local}@${at}`),
    fc.tuple(label, domain).map(([local, at]) => `@${local}:${at}`),
    domain.map((name) => `https://${name}/path`),
    domain,
    label.map((name) => `uid=${name}`),
    label.map((name) => `/home/${name}/x`),
  )
  const between = fc.constantFrom(
    ' ',
    '"',
    '(',
    ')',
    '<',
    '>',
    ', ',
    ': ',
    '\n',
    '=',
    '[',
    ']',
    "'",
    '/',
    '; ',
    '|',
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(between, secret), { minLength: 1, maxLength: 4 }), (parts) => {
      expect(scrub(parts.flat().join(''))).not.toMatch(/zq[a-z]{8}/)
    }),
    { numRuns: 3000 },
  )
})
