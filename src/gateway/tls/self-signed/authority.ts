import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { createFile } from '../../../config/write-file.ts'
import { OperatorError } from '../../../config/operator-error.ts'
import type { Runtime } from '../../../runtime.ts'
import { readMaterial, readText, writeMaterial, type Material } from '../tls-files.ts'
import { buildCertificate, keyPem, newServerKey } from '../x509/build.ts'
import {
  authorityConstraints,
  authorityKeyIdentifier,
  authorityUsage,
  extendedUsage,
  leafConstraints,
  serverUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from '../x509/extensions.ts'

const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 3_653
/** Apple's devices accept no more from any authority, not even an own one for new certificates. */
const LEAF_DAYS = 398
/** Clocks of clients that are a little slow must not refuse a new certificate. */
const BACKDATED_MS = 3_600_000

/** The private authority of one installation. */
export interface OwnAuthority {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

/** The authority in `file`, made when there is none or when it has run out. `host` is for its name. */
export async function openAuthority(file: string, host: string, runtime: Runtime): Promise<OwnAuthority> {
  const known = await readAuthority(file)
  const now = runtime.clock.now()
  if (known !== null && now < known.certificate.validToDate.getTime()) return known
  const fresh = makeAuthority(host, now, runtime)
  if (known !== null) {
    await writeMaterial(file, fresh)
    runtime.log.warn({}, 'the private authority has run out; install the new one on the clients')
  } else {
    await createFile(file, fresh.key + fresh.cert)
  }
  // Another process may have been faster.
  const opened = await readAuthority(file)
  if (opened === null) throw damaged(file)
  return opened
}

/** Null when there is none yet. Throws OperatorError `tls-unusable` when the file is damaged. */
export async function readAuthority(file: string): Promise<OwnAuthority | null> {
  const material = await readMaterial(file)
  if (material !== null) {
    return { certificate: new X509Certificate(material.cert), key: createPrivateKey(material.key) }
  }
  if ((await readText(file)) !== null) throw damaged(file)
  return null
}

function makeAuthority(host: string, now: number, { random }: Runtime): Material {
  const key = newServerKey()
  const publicKey = createPublicKey(key)
  // A common name has at most 64 characters (RFC 5280, appendix A.1).
  const subject = `Signpost authority of ${host}`.slice(0, 64)
  const certificate = buildCertificate({
    subject,
    publicKey,
    issuer: { name: subject, key },
    notBefore: now - BACKDATED_MS,
    notAfter: now + AUTHORITY_DAYS * DAY_MS,
    serial: random.bytes(16),
    extensions: [authorityConstraints(), authorityUsage(), subjectKeyIdentifier(publicKey)],
  })
  return { key: keyPem(key), cert: certificate.toString() }
}

/** A certificate for a server, with the authority's own behind it. */
export function issueLeaf(
  { certificate, key: authorityKey }: OwnAuthority,
  names: readonly string[],
  { clock, random }: Runtime,
): Material {
  const now = clock.now()
  const key = newServerKey()
  const publicKey = createPublicKey(key)
  const [, issuerName = ''] = /^CN=(.*)$/m.exec(certificate.subject) ?? []
  const leaf = buildCertificate({
    // With an empty one the names would have to be critical (RFC 5280, section 4.2.1.6), which old clients dislike.
    subject: 'Signpost',
    publicKey,
    issuer: { name: issuerName, key: authorityKey },
    notBefore: now - BACKDATED_MS,
    notAfter: Math.min(now - BACKDATED_MS + LEAF_DAYS * DAY_MS, certificate.validToDate.getTime()),
    serial: random.bytes(16),
    extensions: [
      leafConstraints(),
      serverUsage(),
      extendedUsage(),
      subjectAltName(names),
      subjectKeyIdentifier(publicKey),
      authorityKeyIdentifier(certificate.publicKey),
    ],
  })
  return { key: keyPem(key), cert: leaf.toString() + certificate.toString() }
}

function damaged(file: string): OperatorError {
  return new OperatorError('tls-unusable', {
    tried: `read the private authority ${file}`,
    likelyCause: 'The file is damaged.',
    fix: 'Restore it from a backup; or remove it for a new authority, which has to be installed on all clients again.',
  })
}
