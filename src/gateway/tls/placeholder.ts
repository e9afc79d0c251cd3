import { createPublicKey } from 'node:crypto'
import type { Runtime } from '../../runtime.ts'
import type { Material } from './tls-files.ts'
import { buildCertificate, keyPem, newServerKey } from './x509/build.ts'
import { extendedUsage, leafConstraints, serverUsage, subjectAltName } from './x509/extensions.ts'

const NINETY_DAYS_MS = 90 * 86_400_000

/** Common name by which a person, and `isPlaceholder`, knows it. */
const NAME = 'Signpost has no certificate yet'

/** What a listener shows before its first certificate: signed by itself, kept nowhere, trusted by nobody. */
export function makePlaceholder(names: readonly string[], { clock, random }: Runtime): Material {
  const key = newServerKey()
  const certificate = buildCertificate({
    subject: NAME,
    publicKey: createPublicKey(key),
    issuer: { name: NAME, key },
    notBefore: clock.now() - 3_600_000,
    notAfter: clock.now() + NINETY_DAYS_MS,
    serial: random.bytes(16),
    extensions: [leafConstraints(), serverUsage(), extendedUsage(), subjectAltName(names)],
  })
  return { key: keyPem(key), cert: certificate.toString() }
}
