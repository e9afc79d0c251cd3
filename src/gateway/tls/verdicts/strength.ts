import type { X509Certificate } from 'node:crypto'
import { SERVER_AUTH } from '../x509/extensions.ts'
import { signatureAlgorithm } from '../x509/read.ts'
import { verdict, type Verdict } from './catalogue.ts'
import { isSelfSigned } from './chain.ts'
import { nameOf } from './judge-chain.ts'

const ANY_PURPOSE = '2.5.29.37.0'
const LEAST_RSA_BITS = 2048
/** What every browser knows (CA/Browser Forum, baseline requirements, section 6.1.5). */
const curves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

/** MD5 and SHA-1 with RSA, DSA and ECDSA. */
const weakSignatures: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'MD5',
  '1.2.840.113549.1.1.5': 'SHA-1',
  '1.2.840.10040.4.3': 'SHA-1',
  '1.2.840.10045.4.1': 'SHA-1',
}

const NEW_KEY =
  'Make a new key and let the certificate be issued for it: openssl ecparam -genkey -name prime256v1 -noout -out privkey.pem'

/** Are keys, signatures and purposes such that clients accept them? `path`: the leaf first. */
export function* judgeStrength(path: readonly X509Certificate[]): Iterable<Verdict> {
  const [leaf] = path
  if (leaf !== undefined) {
    yield* judgeKind(leaf)
    yield* judgePurpose(leaf)
  }
  for (const one of path) {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = one.publicKey
    const bits = details?.modulusLength ?? LEAST_RSA_BITS
    if (type?.startsWith('rsa') === true && bits < LEAST_RSA_BITS) {
      yield verdict(
        'weak-key',
        `The RSA key of ${nameOf(one.subject)} has ${bits} bits; clients want at least ${LEAST_RSA_BITS}.`,
        NEW_KEY,
      )
    }
    // Nobody checks how a root signed itself.
    const hash = one !== leaf && isSelfSigned(one) ? undefined : weakSignatures[signatureAlgorithm(one)]
    if (hash !== undefined) {
      yield verdict(
        'weak-signature',
        `The certificate of ${nameOf(one.subject)} is signed with ${hash}, which clients refuse.`,
        'Let it be issued again; with an authority of your own, sign with SHA-256: openssl x509 -req -sha256 ...',
      )
    }
  }
}

function* judgeKind(leaf: X509Certificate): Iterable<Verdict> {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = leaf.publicKey
  const known = type === 'ec' ? curves.has(details?.namedCurve ?? '') : type?.startsWith('rsa') === true
  if (known) return
  const kind = type === 'ec' ? `the curve ${details?.namedCurve ?? 'without a name'}` : String(type)
  yield verdict('unusual-key', `The key is of the kind ${kind}, which browsers do not know.`, NEW_KEY)
}

function* judgePurpose(leaf: X509Certificate): Iterable<Verdict> {
  // Node calls the extended key usage `keyUsage`; its types call it an array that is always there.
  const purposes = leaf.keyUsage as string[] | undefined
  if (purposes !== undefined && !purposes.some((one) => one === SERVER_AUTH || one === ANY_PURPOSE)) {
    yield verdict(
      'no-server-auth',
      'The certificate is not meant for servers: its extended key usage lacks serverAuth. It may be one for clients or mail.',
      'Let a certificate for a web server be issued (extendedKeyUsage = serverAuth).',
    )
  }
  if (leaf.ca) {
    yield verdict(
      'ca-as-leaf',
      'The certificate is that of an authority (CA:TRUE) and is used for a server; Element X and other strict clients refuse that.',
      'Issue a certificate for the server: openssl req -x509 ... -addext basicConstraints=critical,CA:FALSE',
    )
  }
}
