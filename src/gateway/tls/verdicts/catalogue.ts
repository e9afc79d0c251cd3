/**
 * How bad it is. `unusable`: no listener can serve it. `problem`: clients refuse the connection, or some do.
 * `warning`: it works today.
 */
export type Severity = 'unusable' | 'problem' | 'warning'

/** Everything that can be said about a certificate. The codes are stable: scripts, the doctor and the console use them. */
export const verdictCodes = {
  'pem-unreadable': { severity: 'unusable', meaning: 'The file holds no certificate that can be read.' },
  'der-given': { severity: 'unusable', meaning: 'The file is binary (DER, PKCS #12) instead of PEM text.' },
  'files-swapped': { severity: 'unusable', meaning: 'Certificate and key were given the wrong way round.' },
  'key-unreadable': { severity: 'unusable', meaning: 'The key file holds no private key that can be read.' },
  'key-encrypted': { severity: 'unusable', meaning: 'The private key is protected by a passphrase.' },
  'key-mismatch': { severity: 'unusable', meaning: 'The private key belongs to another certificate.' },
  'leaf-missing': {
    severity: 'unusable',
    meaning: "The file has certificates of authorities only; the server's own is missing.",
  },
  expired: { severity: 'problem', meaning: 'The certificate has run out.' },
  'not-yet-valid': {
    severity: 'problem',
    meaning: 'The certificate begins in the future; most likely the clock is wrong.',
  },
  'name-mismatch': { severity: 'problem', meaning: 'The certificate is for other names.' },
  'ip-not-named': {
    severity: 'problem',
    meaning: 'Clients use an IP address, and the certificate names none or another.',
  },
  'wildcard-depth': { severity: 'problem', meaning: 'A wildcard does not reach the name.' },
  'no-alternative-names': {
    severity: 'problem',
    meaning: 'The name stands only in the common name, which clients no longer read.',
  },
  'chain-incomplete': { severity: 'problem', meaning: 'An intermediate certificate is missing.' },
  'self-signed': { severity: 'problem', meaning: 'The certificate is signed by itself.' },
  'unknown-authority': {
    severity: 'problem',
    meaning: 'The authority that signed the certificate is not trusted on this machine.',
  },
  'cdn-origin': {
    severity: 'problem',
    meaning: "The certificate is for the way between a CDN and its customer's server only.",
  },
  'test-authority': { severity: 'problem', meaning: 'The certificate comes from a test authority.' },
  'issuer-expired': {
    severity: 'problem',
    meaning: 'A certificate between the server and the trusted authority has run out.',
  },
  'weak-key': { severity: 'problem', meaning: 'The key is too weak.' },
  'weak-signature': { severity: 'problem', meaning: 'A signature is made with SHA-1 or MD5.' },
  'no-server-auth': { severity: 'problem', meaning: 'The certificate is not meant for servers.' },
  'ca-as-leaf': { severity: 'problem', meaning: 'The certificate of an authority is used for a server.' },
  'unusual-key': { severity: 'problem', meaning: 'The key is of a kind that browsers do not know.' },
  'wrong-order': { severity: 'warning', meaning: 'The certificates stand in the wrong order.' },
  'expires-soon': { severity: 'warning', meaning: 'The certificate runs out soon.' },
  'expired-root': {
    severity: 'warning',
    meaning: 'The chain ends with an authority that has run out, which old clients stumble over.',
  },
  'duplicate-certificate': { severity: 'warning', meaning: 'A certificate stands in the file twice.' },
  'unrelated-certificate': {
    severity: 'warning',
    meaning: 'The file has a certificate that does not belong to the chain.',
  },
  'pasted-text': {
    severity: 'warning',
    meaning: 'The text was changed on its way (byte order mark, indentation, escaped line ends).',
  },
} as const satisfies Record<string, { severity: Severity; meaning: string }>

export type VerdictCode = keyof typeof verdictCodes

/** One thing that was found about a certificate. */
export interface Verdict {
  readonly code: VerdictCode
  readonly severity: Severity
  /** What was seen, as a sentence. */
  readonly detail: string
  /** What to do, as a sentence; commands ready to paste. */
  readonly fix: string
}

export function verdict(code: VerdictCode, detail: string, fix: string): Verdict {
  return { code, severity: verdictCodes[code].severity, detail, fix }
}
