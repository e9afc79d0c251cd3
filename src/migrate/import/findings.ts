/**
 * What can be odd about a row of another server, and what is done about it. One rule each, the same in the dry run, in
 * the import and in docs/take-over.md.
 */
export const rules = {
  'two-spellings':
    'Spellings of one address that differ in upper and lower case are one address. The newest binding counts, the others are left out.',
  superseded: 'An address that was bound more than once belongs to whom it was bound last.',
  unbound: 'An address that its owner has unbound stays unbound, unless another server bound it later.',
  'expired-association': 'An association whose time is over, or has not begun, is left out.',
  'domain-folding':
    'Sydent folded the domain of an address, too (straße.de became strasse.de). Signpost keeps the domain that was stored, in its IDNA form: only hashes of that form find it.',
  'invalid-address': 'What is no address of its medium, even without spaces and "mailto:", is left out.',
  'odd-phone':
    'A phone number whose country code or length nobody knows is kept as its digits, since lookups may ask for it.',
  'unknown-medium': 'Only e-mail addresses and phone numbers are taken over.',
  'invalid-matrix-id': 'A row without a valid Matrix ID is left out.',
  'missing-value': 'A row that lacks something it cannot do without is left out.',
  'missing-time': 'A row without a time counts as the oldest.',
  'other-encoding': 'A text that is not UTF-8 cannot be compared with anything. Its row is left out.',
  'already-newer': 'What Signpost knows already stays when it is newer than the imported row.',
  'replaced-here': 'What Signpost knows already gives way to an imported row that is newer.',
  'duplicate-token': 'Of two rows with one token the newer one counts.',
  'key-missing':
    'An invitation whose own key is gone, or belongs to another invitation, gets a new one. The key was in no mail; whoever is invited is found by the address.',
  'server-key-missing':
    'An invitation that was made with a signing key which is not in the key store is taken over, but the room may refuse it.',
  'sent-undelivered':
    'Sydent notes an invitation as sent before it is delivered, and deletes it afterwards. One that is still there waits again, and is delivered once.',
  'sent-and-kept':
    'With delete_tokens_on_bind off nobody can tell whether a sent invitation was delivered. It counts as delivered; its token stays valid.',
  'not-published':
    'An invitation that could not be delivered waits again, and is delivered as soon as its address has an owner.',
  'damaged-properties':
    'Properties that are not a JSON object are left out; the invitation itself comes over.',
  'expired-token': 'An access token whose time is over is left out; its client registers again by itself.',
  'expired-session': 'A validation that was completed more than 24 hours ago, or has no time, is left out.',
  'open-session':
    'A validation in progress is left out: codes are made anew. Whoever was in the middle of it asks for another code.',
} as const

export type FindingCode = keyof typeof rules

export interface FindingExample {
  /** Table and row of the source, or an address in full: for the operator, never for a log. */
  readonly row: string
  readonly detail: string
}

export interface ImportFinding {
  readonly code: FindingCode
  readonly rule: string
  readonly count: number
  /** The first of them. */
  readonly examples: readonly FindingExample[]
}

/** Collects what is odd. However many rows there are, it stays small. */
export interface Findings {
  add(code: FindingCode, row: string, detail: string): void
  list(): readonly ImportFinding[]
}

export const EXAMPLES_KEPT = 100
const LONGEST_TEXT = 300

export function createFindings(): Findings {
  const found = new Map<FindingCode, { count: number; examples: FindingExample[] }>()
  return {
    add(code, row, detail) {
      const entry = found.get(code) ?? { count: 0, examples: [] }
      entry.count++
      if (entry.examples.length < EXAMPLES_KEPT) {
        entry.examples.push({ row: shortened(row), detail: shortened(detail) })
      }
      found.set(code, entry)
    },
    list: () =>
      [...found].map(([code, { count, examples }]) => ({ code, rule: rules[code], count, examples })),
  }
}

/** A damaged row may hold anything, of any length, and goes to a terminal. */
function shortened(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\u{fffd}')
  return plain.length > LONGEST_TEXT ? `${plain.slice(0, LONGEST_TEXT)}...` : plain
}
