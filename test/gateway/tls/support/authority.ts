import { createPublicKey, randomBytes, type KeyObject, type X509Certificate } from 'node:crypto'
import { buildCertificate, keyPem, newServerKey } from '../../../../src/gateway/tls/x509/build.ts'
import {
  authorityConstraints,
  authorityInfoAccess,
  authorityUsage,
  extendedUsage,
  leafConstraints,
  serverUsage,
  subjectAltName,
} from '../../../../src/gateway/tls/x509/extensions.ts'

export const DAY_MS = 86_400_000

export interface Validity {
  /** Days from now. */
  readonly from?: number
  readonly to?: number
}

export interface LeafOptions extends Validity {
  readonly subject?: string
  readonly key?: KeyObject
  readonly purposes?: readonly string[]
  readonly issuerUrl?: string
}

/** An authority of a test, held in memory. */
export interface MemoryAuthority {
  readonly name: string
  readonly key: KeyObject
  readonly certificate: X509Certificate
  readonly pem: string
  /** An authority below this one. */
  below(
    name: string,
    options?: Validity & { readonly issuerUrl?: string; readonly key?: KeyObject },
  ): MemoryAuthority
  issue(names: readonly string[], options?: LeafOptions): { readonly pem: string; readonly key: string }
}

/** `now` in milliseconds: what the days of all validities count from. */
export function createMemoryAuthority(name: string, now: number, validity: Validity = {}): MemoryAuthority {
  const key = newServerKey()
  return authority(name, key, sign({ name, key }, name, key, now, validity, authorityExtensions()), now)
}

function authority(name: string, key: KeyObject, certificate: X509Certificate, now: number): MemoryAuthority {
  return {
    name,
    key,
    certificate,
    pem: certificate.toString(),
    below(child, { issuerUrl, key: childKey = newServerKey(), ...validity } = {}) {
      const extensions = authorityExtensions(issuerUrl)
      return authority(child, childKey, sign({ name, key }, child, childKey, now, validity, extensions), now)
    },
    issue(names, { subject = '', key: leafKey = newServerKey(), purposes, issuerUrl, ...validity } = {}) {
      const extensions = [
        leafConstraints(),
        serverUsage(),
        extendedUsage(purposes),
        ...(names.length === 0 ? [] : [subjectAltName(names)]),
        ...(issuerUrl === undefined ? [] : [authorityInfoAccess(issuerUrl)]),
      ]
      const certificate = sign({ name, key }, subject, leafKey, now, validity, extensions)
      return { pem: certificate.toString(), key: keyPem(leafKey) }
    },
  }
}

function sign(
  issuer: { readonly name: string; readonly key: KeyObject },
  subject: string,
  key: KeyObject,
  now: number,
  { from = -1, to = 60 }: Validity,
  extensions: readonly Buffer[],
): X509Certificate {
  return buildCertificate({
    subject,
    publicKey: createPublicKey(key),
    issuer,
    notBefore: now + from * DAY_MS,
    notAfter: now + to * DAY_MS,
    serial: randomBytes(16),
    extensions,
  })
}

function authorityExtensions(issuerUrl?: string): Buffer[] {
  const access = issuerUrl === undefined ? [] : [authorityInfoAccess(issuerUrl)]
  return [authorityConstraints(), authorityUsage(), ...access]
}
