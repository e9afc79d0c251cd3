import type { X509Certificate } from 'node:crypto'
import { decodeAll, members, readOid, type DerValue } from './der.ts'
import { extensionOids } from './extensions.ts'

/*
 * What Node's X509Certificate does not tell in every version that Signpost runs on. The bytes come from a certificate
 * that OpenSSL has read.
 */

/** Object identifier of the algorithm that the issuer signed with. */
export function signatureAlgorithm(certificate: X509Certificate): string {
  const [, algorithm] = parts(certificate)
  const [id] = algorithm === undefined ? [] : members(algorithm)
  return id === undefined ? '' : readOid(id)
}

/** The key identifier of the issuer, as the certificate names it; null when it does not. */
export function authorityKey(certificate: X509Certificate): Buffer | null {
  const value = extensionValue(certificate, extensionOids.authorityKeyIdentifier)
  const [list] = value === null ? [] : decodeAll(value)
  const identifier = list === undefined ? undefined : members(list).find(({ tag }) => tag === 0x80)
  return identifier?.content ?? null
}

/** The serial number as it stands in the certificate: big-endian, with the leading zero of its sign. */
export function serialBytes(certificate: X509Certificate): Buffer {
  const integer = bodyOf(certificate).find(({ tag }) => tag === 0x02)
  return integer?.content ?? Buffer.alloc(0)
}

function extensionValue(certificate: X509Certificate, id: string): Buffer | null {
  const wrapped = bodyOf(certificate).find(({ tag }) => tag === 0xa3)
  const [list] = wrapped === undefined ? [] : members(wrapped)
  for (const one of list === undefined ? [] : members(list)) {
    const fields = members(one)
    const [name] = fields
    if (name !== undefined && readOid(name) === id) return fields.at(-1)?.content ?? null
  }
  return null
}

/** Body, algorithm, signature. */
function parts(certificate: X509Certificate): readonly DerValue[] {
  const [whole] = decodeAll(certificate.raw)
  return whole === undefined ? [] : members(whole)
}

function bodyOf(certificate: X509Certificate): readonly DerValue[] {
  const [body] = parts(certificate)
  return body === undefined ? [] : members(body)
}
