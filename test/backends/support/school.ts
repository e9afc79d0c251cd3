/** The people that every kind of backend is tested with. Each suite writes them into its own directory. */
export interface SchoolPerson {
  /** Localpart of the Matrix ID on example.org, as the directory should yield it. */
  readonly localpart: string
  readonly name: string
  /** As the directory writes them; the first is the main one. */
  readonly emails: readonly string[]
  /** As the directory writes them. */
  readonly phones: readonly string[]
  /** What `emails` and `phones` are in canonical form. */
  readonly canonical: readonly (readonly [medium: 'email' | 'msisdn', address: string])[]
  readonly password: string
  readonly roles: readonly string[]
}

export const schoolDomain = 'example.org'
/** For suites whose directory writes national numbers: `defaultCountry`. */
export const schoolCountry = 'DE'

export const school: readonly SchoolPerson[] = [
  {
    localpart: 'anna',
    name: 'Anna Meier',
    emails: ['Anna.Meier@School.Example', 'anna@school.example'],
    phones: ['+49 170 1234567'],
    canonical: [
      ['email', 'anna.meier@school.example'],
      ['email', 'anna@school.example'],
      ['msisdn', '491701234567'],
    ],
    password: 'correct horse "battery" \\ stäple',
    roles: ['teachers', 'staff'],
  },
  {
    localpart: 'bob',
    name: 'Bob Çelik',
    emails: ["bob.o'neil+matrix@school.example"],
    phones: ['0170 / 765 43 21'],
    canonical: [
      ['email', "bob.o'neil+matrix@school.example"],
      ['msisdn', '491707654321'],
    ],
    password: 'bob*)(uid=*',
    roles: ['pupils'],
  },
  {
    localpart: 'carol',
    name: 'Carol, "CC" (Gruber)',
    emails: ['carol_100%@school.example'],
    phones: ['(0)30 901820'],
    canonical: [
      ['email', 'carol_100%@school.example'],
      ['msisdn', '4930901820'],
    ],
    password: '$2y$10$notahash',
    roles: [],
  },
  {
    localpart: 'zoe',
    name: 'Zoë Straßer',
    emails: ['zoë.straßer@school.example', '$&$1@school.example'],
    phones: [],
    canonical: [
      ['email', 'zoë.strasser@school.example'],
      ['email', '$&$1@school.example'],
    ],
    password: '  spaces  ',
    roles: ['pupils'],
  },
]

export const userId = (localpart: string) => `@${localpart}:${schoolDomain}`

/** Texts that have broken directories: each is a valid thing to ask, and means nobody. */
export const hostileTexts: readonly string[] = [
  '*',
  '*)(uid=*',
  '*)(|(objectClass=*)',
  'anna)(&(1=0',
  '\\',
  '\\2a',
  '%',
  '_',
  'ann_',
  "' or '1'='1",
  "'; drop table people; --",
  '"; select 1; --',
  '$1',
  '$&',
  '{localpart}',
  '{password}',
  '\u0000',
  'anna\u0000',
  'anna\r\nBcc: x',
  '../../etc/passwd',
  '`id`',
  '$(id)',
  '\u202eanna',
  'a'.repeat(500),
]
