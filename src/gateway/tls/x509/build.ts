import { createPublicKey, generateKeyPairSync, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { bitString, integer, oid, sequence, set, tagged, time, utf8String } from './der.ts'
import { certificateExtensions, extensionList, subjectAltName } from './extensions.ts'

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
const COMMON_NAME = '2.5.4.3'
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'

export interface CertificateContent {
  /** Common name, for people; the names of servers stand in an extension (RFC 9525). Empty for none. */
  readonly subject: string
  readonly publicKey: KeyObject
  /** Common name and private P-256 key of who signs. */
  readonly issuer: { readonly name: string; readonly key: KeyObject }
  /** Milliseconds since the epoch. */
  readonly notBefore: number
  readonly notAfter: number
  /** 16 bytes by chance: the CA/Browser Forum wants 64 bits of chance, RFC 5280 at most 20 bytes. */
  readonly serial: Uint8Array
  readonly extensions: readonly Buffer[]
}

/** A P-256 key: every client knows it, and signing with it is cheap. */
export function newServerKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

export const keyPem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string

/** A signed certificate, RFC 5280, section 4.1. */
export function buildCertificate(content: CertificateContent): X509Certificate {
  const algorithm = sequence(oid(ECDSA_WITH_SHA256))
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))), // version 3
    integer(content.serial),
    algorithm,
    nameOf(content.issuer.name),
    sequence(time(content.notBefore), time(content.notAfter)),
    nameOf(content.subject),
    content.publicKey.export({ type: 'spki', format: 'der' }),
    certificateExtensions(content.extensions),
  )
  const signature = sign('sha256', body, content.issuer.key)
  return new X509Certificate(sequence(body, algorithm, bitString(signature)))
}

/** A certificate request for these names (PKCS #10, RFC 2986), in DER. `key`: private, P-256. */
export function buildRequest(names: readonly string[], key: KeyObject): Buffer {
  const extensions = sequence(oid(EXTENSION_REQUEST), set(extensionList([subjectAltName(names)])))
  const body = sequence(
    integer(Buffer.from([0])),
    nameOf(''),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tagged(0, extensions),
  )
  return sequence(body, sequence(oid(ECDSA_WITH_SHA256)), bitString(sign('sha256', body, key)))
}

function nameOf(commonName: string): Buffer {
  return commonName === '' ? sequence() : sequence(set(sequence(oid(COMMON_NAME), utf8String(commonName))))
}
