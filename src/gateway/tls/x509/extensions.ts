import { createHash, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { parseIp } from '../../../net/ip-address.ts'
import { bitString, integer, octetString, oid, sequence, tagged, taggedPrimitive, trueValue } from './der.ts'

/** Object identifiers of extensions and of what stands in them. */
export const extensionOids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  /** RFC 8737, section 3. */
  acmeIdentifier: '1.3.6.1.5.5.7.1.31',
} as const

export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2'

/** An X.509 extension, encoded (RFC 5280, section 4.2). */
function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [trueValue()] : []), octetString(value))
}

/** DNS names and IP addresses. */
export function subjectAltName(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIP(name) === 0
      ? taggedPrimitive(2, Buffer.from(name, 'ascii'))
      : taggedPrimitive(7, Buffer.from(parseIp(name)?.toByteArray() ?? [])),
  )
  return extension(extensionOids.subjectAltName, sequence(...entries))
}

/** Of an authority that signs servers and no further authorities. */
export function authorityConstraints(): Buffer {
  const pathLength = integer(Buffer.from([0]))
  return extension(extensionOids.basicConstraints, sequence(trueValue(), pathLength), true)
}

export function leafConstraints(): Buffer {
  return extension(extensionOids.basicConstraints, sequence(), true)
}

/** keyCertSign and cRLSign. */
export const authorityUsage = () => extension(extensionOids.keyUsage, bitString(Buffer.from([0x06]), 1), true)

/** digitalSignature. */
export const serverUsage = () => extension(extensionOids.keyUsage, bitString(Buffer.from([0x80]), 7), true)

export function extendedUsage(purposes: readonly string[] = [SERVER_AUTH]): Buffer {
  return extension(extensionOids.extendedKeyUsage, sequence(...purposes.map(oid)))
}

/** Where the certificate of the issuer can be fetched. */
export function authorityInfoAccess(issuerUrl: string): Buffer {
  const access = sequence(oid(CA_ISSUERS), taggedPrimitive(6, Buffer.from(issuerUrl, 'ascii')))
  return extension(extensionOids.authorityInfoAccess, sequence(access))
}

export const subjectKeyIdentifier = (key: KeyObject) =>
  extension(extensionOids.subjectKeyIdentifier, octetString(keyIdentifier(key)))

export const authorityKeyIdentifier = (issuer: KeyObject) =>
  extension(extensionOids.authorityKeyIdentifier, sequence(taggedPrimitive(0, keyIdentifier(issuer))))

/** What a server answers to the challenge tls-alpn-01 (RFC 8737, section 3). */
export function acmeIdentifier(keyAuthorization: string): Buffer {
  const digest = createHash('sha256').update(keyAuthorization).digest()
  return extension(extensionOids.acmeIdentifier, octetString(digest), true)
}

/** RFC 7093, section 2, method 4: any hash of the key will do. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest().subarray(0, 20)
}

/** The extensions of a certificate (`[3]`) or of a request, in their sequence. */
export const extensionList = (extensions: readonly Buffer[]) => sequence(...extensions)
export const certificateExtensions = (extensions: readonly Buffer[]) => tagged(3, extensionList(extensions))
