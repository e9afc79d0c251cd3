/** A row of one of Sydent's two tables of associations. */
export interface BindingRow {
  readonly medium: string | null
  readonly address: string | null
  readonly mxid: string | null
  readonly ts: number | null
  readonly notBefore: number | null
  readonly notAfter: number | null
  /** Default: this Sydent itself. */
  readonly origin?: string
  /** The address in ISO 8859-1, instead of `address`. */
  readonly latin1?: string
}

/**
 * Rows of one address, and what a lookup of `ask` brings: `sydent` by its query over the global table (the newest row within
 * its time, spellings compared by SQLite's `lower`), `signpost` after the import. Where they differ, `why` stands in
 * docs/take-over.md.
 */
export interface SydentCase {
  readonly name: string
  readonly local?: readonly BindingRow[]
  readonly global?: readonly BindingRow[]
  readonly ask: readonly [medium: string, address: string]
  readonly sydent: string | null
  readonly signpost: string | null
  readonly why?: string
}

const BEGIN = 1_600_000_000_000
const FOREVER = BEGIN + 100 * 365 * 86_400_000

const row = (
  address: string | null,
  mxid: string | null,
  ts = 1,
  changes: Partial<BindingRow> = {},
): BindingRow => ({
  medium: 'email',
  address,
  mxid,
  ts: BEGIN + ts,
  notBefore: BEGIN,
  notAfter: FOREVER,
  ...changes,
})
const gone = (address: string, ts: number): BindingRow =>
  row(address, null, ts, { notBefore: null, notAfter: null })
const phone = (address: string, mxid: string): BindingRow => row(address, mxid, 1, { medium: 'msisdn' })

/** The same row in both tables, as after an ordinary bind. */
const both = (...rows: readonly BindingRow[]) => ({ local: rows, global: rows })
const same = (ask: SydentCase['ask'], mxid: string | null) => ({ ask, sydent: mxid, signpost: mxid })

export const differences = {
  unbound:
    'An address that was unbound, but of which an older row was left in the global table, is nobody’s.',
  restored: 'An address that Sydent’s case-fold migration lost from the global table is found again.',
  invalidId: 'A value that is no Matrix ID is not given out.',
  invalidAddress: 'A value that is no address of its medium is not given out.',
  cleaned: 'An address that was stored with spaces, “mailto:” or a plus sign is found without them.',
  encoding: 'A text that is not UTF-8 is not given out.',
  canonical:
    'An address that was stored unfolded, or with an international domain, is found in its canonical form, too.',
  medium: 'Mediums other than e-mail and phone are not given out.',
}

export const sydentCases: readonly SydentCase[] = [
  {
    name: 'an ordinary binding',
    ...both(row('plain@example.org', '@plain:example.org')),
    ...same(['email', 'plain@example.org'], '@plain:example.org'),
  },
  {
    name: 'two spellings, the folded one newer',
    ...both(
      row('Carol@Example.org', '@carol-old:example.org', 1),
      row('carol@example.org', '@carol:example.org', 2),
    ),
    ...same(['email', 'carol@example.org'], '@carol:example.org'),
  },
  {
    name: 'two spellings, the folded one older',
    ...both(
      row('dave@example.org', '@dave-old:example.org', 1),
      row('DAVE@example.org', '@dave:example.org', 2),
    ),
    ...same(['email', 'dave@example.org'], '@dave:example.org'),
  },
  {
    name: 'bound twice',
    local: [row('eve@example.org', '@eve:example.org', 5)],
    global: [row('eve@example.org', '@zoe:example.org', 3), row('eve@example.org', '@eve:example.org', 5)],
    ...same(['email', 'eve@example.org'], '@eve:example.org'),
  },
  { name: 'unbound', local: [gone('frank@example.org', 9)], ...same(['email', 'frank@example.org'], null) },
  {
    name: 'unbound, with an older row left behind',
    local: [gone('gina@example.org', 9)],
    global: [row('gina@example.org', '@gina:example.org', 3)],
    ask: ['email', 'gina@example.org'],
    sydent: '@gina:example.org',
    signpost: null,
    why: differences.unbound,
  },
  {
    name: 'unbound here, bound at a peer later',
    local: [gone('heidi@example.org', 3)],
    global: [row('heidi@example.org', '@heidi:peer.example', 9, { origin: 'peer.example' })],
    ...same(['email', 'heidi@example.org'], '@heidi:peer.example'),
  },
  {
    name: 'lost by the case-fold migration',
    local: [row('ivan@example.org', '@ivan:example.org')],
    ask: ['email', 'ivan@example.org'],
    sydent: null,
    signpost: '@ivan:example.org',
    why: differences.restored,
  },
  {
    name: 'over',
    ...both(row('judy@example.org', '@judy:example.org', 1, { notAfter: BEGIN + 5 })),
    ...same(['email', 'judy@example.org'], null),
  },
  {
    name: 'not yet begun',
    ...both(row('karl@example.org', '@karl:example.org', 1, { notBefore: FOREVER - 5 })),
    ...same(['email', 'karl@example.org'], null),
  },
  {
    name: 'an end beyond all numbers',
    ...both(row('lars@example.org', '@lars:example.org', 1, { notAfter: 9e18 })),
    ...same(['email', 'lars@example.org'], '@lars:example.org'),
  },
  {
    name: 'an unfolded local part',
    ...both(row('Strauß@example.org', '@strauss:example.org')),
    ...same(['email', 'strauß@example.org'], '@strauss:example.org'),
  },
  {
    name: 'a domain that Sydent folded',
    ...both(row('user@strasse.de', '@user:example.org')),
    ...same(['email', 'user@strasse.de'], '@user:example.org'),
  },
  {
    name: 'a domain from before the folding',
    ...both(row('legacy@straße.de', '@legacy:example.org')),
    ...same(['email', 'legacy@straße.de'], '@legacy:example.org'),
  },
  {
    name: 'no Matrix ID',
    ...both(row('m1@example.org', 'not-a-mxid')),
    ask: ['email', 'm1@example.org'],
    sydent: 'not-a-mxid',
    signpost: null,
    why: differences.invalidId,
  },
  {
    name: 'a Matrix ID without a server',
    ...both(row('m2@example.org', '@nobody')),
    ask: ['email', 'm2@example.org'],
    sydent: '@nobody',
    signpost: null,
    why: differences.invalidId,
  },
  {
    name: 'a historical Matrix ID',
    ...both(row('m3@example.org', '@Old User!:example.org')),
    ...same(['email', 'm3@example.org'], '@Old User!:example.org'),
  },
  {
    name: 'no address',
    ...both(row('not an address', '@a1:example.org')),
    ask: ['email', 'not an address'],
    sydent: '@a1:example.org',
    signpost: null,
    why: differences.invalidAddress,
  },
  {
    name: 'two addresses',
    ...both(row('a@b@example.org', '@a2:example.org')),
    ask: ['email', 'a@b@example.org'],
    sydent: '@a2:example.org',
    signpost: null,
    why: differences.invalidAddress,
  },
  {
    name: 'an address in spaces',
    ...both(row('  spaced@example.org ', '@a3:example.org')),
    ask: ['email', 'spaced@example.org'],
    sydent: null,
    signpost: '@a3:example.org',
    why: differences.cleaned,
  },
  {
    name: 'an address with its scheme',
    ...both(row('mailto:scheme@example.org', '@a4:example.org')),
    ask: ['email', 'scheme@example.org'],
    sydent: null,
    signpost: '@a4:example.org',
    why: differences.cleaned,
  },
  {
    name: 'plus addressing',
    ...both(row('p+tag@example.org', '@a5:example.org')),
    ...same(['email', 'p+tag@example.org'], '@a5:example.org'),
  },
  {
    name: 'signs of other languages',
    ...both(row("o'b$1%(x)*@example.org", '@a6:example.org')),
    ...same(['email', "o'b$1%(x)*@example.org"], '@a6:example.org'),
  },
  {
    name: 'an empty address',
    ...both(row('', '@a7:example.org')),
    ...same(['email', 'empty@example.org'], null),
  },
  {
    name: 'an address that is missing',
    global: [row(null, '@a8:example.org')],
    ...same(['email', 'missing@example.org'], null),
  },
  {
    name: 'another encoding',
    ...both(row('', '@a9:example.org', 1, { latin1: 'jürgen@example.org' })),
    ask: ['email', 'jürgen@example.org'],
    sydent: null,
    signpost: null,
    why: differences.encoding,
  },
  {
    name: 'a phone number',
    ...both(phone('447700900001', '@p1:example.org')),
    ...same(['msisdn', '447700900001'], '@p1:example.org'),
  },
  {
    name: 'a phone number with its plus',
    ...both(phone('+49 (170) 123-45', '@p2:example.org')),
    ask: ['msisdn', '4917012345'],
    sydent: null,
    signpost: '@p2:example.org',
    why: differences.cleaned,
  },
  {
    name: 'a phone number as it is dialled',
    ...both(phone('004917099999', '@p3:example.org')),
    ask: ['msisdn', '4917099999'],
    sydent: null,
    signpost: '@p3:example.org',
    why: differences.cleaned,
  },
  {
    name: 'a phone number that is too short',
    ...both(phone('4412', '@p4:example.org')),
    ...same(['msisdn', '4412'], '@p4:example.org'),
  },
  {
    name: 'a country code that nobody has',
    ...both(phone('999123456789', '@p5:example.org')),
    ...same(['msisdn', '999123456789'], '@p5:example.org'),
  },
  {
    name: 'a national phone number',
    ...both(phone('0170123456', '@p6:example.org')),
    ask: ['msisdn', '0170123456'],
    sydent: '@p6:example.org',
    signpost: null,
    why: differences.invalidAddress,
  },
  {
    name: 'letters for a phone number',
    ...both(phone('call-me', '@p7:example.org')),
    ask: ['msisdn', 'call-me'],
    sydent: '@p7:example.org',
    signpost: null,
    why: differences.invalidAddress,
  },
  {
    name: 'no owner in the global table',
    global: [row('n1@example.org', null)],
    ...same(['email', 'n1@example.org'], null),
  },
  {
    name: 'no time',
    ...both(row('n2@example.org', '@n2:example.org', 1, { ts: null })),
    ...same(['email', 'n2@example.org'], '@n2:example.org'),
  },
  {
    name: 'no beginning',
    ...both(row('n3@example.org', '@n3:example.org', 1, { notBefore: null })),
    ...same(['email', 'n3@example.org'], null),
  },
  {
    name: 'no medium',
    ...both(row('n4@example.org', '@n4:example.org', 1, { medium: null })),
    ...same(['email', 'n4@example.org'], null),
  },
  {
    name: 'a medium in capitals',
    ...both(row('n5@example.org', '@n5:example.org', 1, { medium: 'EMAIL' })),
    ask: ['email', 'n5@example.org'],
    sydent: null,
    signpost: '@n5:example.org',
    why: differences.cleaned,
  },
  {
    name: 'another medium',
    ...both(row('n6', '@n6:example.org', 1, { medium: 'irc' })),
    ask: ['irc', 'n6'],
    sydent: '@n6:example.org',
    signpost: null,
    why: differences.medium,
  },
  {
    name: 'bound at a peer only',
    global: [row('peer@peer.example', '@peer:peer.example', 1, { origin: 'peer.example' })],
    ...same(['email', 'peer@peer.example'], '@peer:peer.example'),
  },
]
