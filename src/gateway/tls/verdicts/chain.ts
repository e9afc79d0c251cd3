import { X509Certificate, type KeyObject } from 'node:crypto'
import { certificatesIn } from './pem.ts'

/** Certificates sorted by who signed whom. */
export interface Chain {
  /** The server's own; null when there are only authorities. */
  readonly leaf: X509Certificate | null
  /** From the leaf up, as far as the given certificates lead. */
  readonly path: readonly X509Certificate[]
  /** Given, but not on the way. */
  readonly unrelated: readonly X509Certificate[]
  readonly hasDuplicates: boolean
  /** False when the path stands in another order in the file. */
  readonly inOrder: boolean
}

/** Sorts the certificates of a file. With a key, its certificate is the leaf, whatever else it looks like. */
export function arrange(certificates: readonly X509Certificate[], key: KeyObject | null): Chain {
  const distinct = [...new Map(certificates.map((one) => [one.fingerprint256, one])).values()]
  const leaf = findLeaf(distinct, key)
  const path = leaf === null ? [] : pathFrom(leaf, distinct)
  const given = distinct.filter((one) => path.includes(one))
  return {
    leaf,
    path,
    unrelated: leaf === null ? [] : distinct.filter((one) => !path.includes(one)),
    hasDuplicates: distinct.length < certificates.length,
    inOrder: given.every((one, index) => one === path[index]),
  }
}

function findLeaf(certificates: readonly X509Certificate[], key: KeyObject | null): X509Certificate | null {
  const own = key === null ? undefined : certificates.find((one) => one.checkPrivateKey(key))
  if (own !== undefined) return own
  const server = certificates.find(({ ca }) => !ca)
  if (server !== undefined) return server
  // `openssl req -x509` marks what it makes as an authority, and people use it for servers.
  const [only] = certificates
  return certificates.length === 1 && only !== undefined && isSelfSigned(only) ? only : null
}

function pathFrom(leaf: X509Certificate, certificates: readonly X509Certificate[]): X509Certificate[] {
  const path = [leaf]
  for (let top = leaf; !isSelfSigned(top);) {
    const issuer = certificates.find((one) => !path.includes(one) && isIssuedBy(top, one))
    if (issuer === undefined) break
    path.push(issuer)
    top = issuer
  }
  return path
}

export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  if (certificate.issuer !== issuer.subject) return false
  try {
    return certificate.verify(issuer.publicKey)
  } catch {
    // Keys of another kind than the signature.
    return false
  }
}

export const isSelfSigned = (certificate: X509Certificate) => isIssuedBy(certificate, certificate)

/** The authorities that are trusted here. */
export interface Trust {
  has(certificate: X509Certificate): boolean
  issuerOf(certificate: X509Certificate): X509Certificate | undefined
}

/** `pems`: texts with one or more certificates. Those that cannot be read are left out, as TLS itself does. */
export function createTrust(pems: readonly string[]): Trust {
  const roots = pems.flatMap(certificatesIn).flatMap((pem) => {
    try {
      return [new X509Certificate(pem)]
    } catch {
      return []
    }
  })
  const bySubject = Map.groupBy(roots, ({ subject }) => subject)
  const fingerprints = new Set(roots.map(({ fingerprint256 }) => fingerprint256))
  return {
    has: ({ fingerprint256 }) => fingerprints.has(fingerprint256),
    issuerOf: (certificate) =>
      bySubject.get(certificate.issuer)?.find((root) => isIssuedBy(certificate, root)),
  }
}

/** Position on the path from which a trusted authority is reached; -1 when none is. */
export function anchoredAt(path: readonly X509Certificate[], trust: Trust): number {
  return path.findIndex((one) => trust.has(one) || trust.issuerOf(one) !== undefined)
}
