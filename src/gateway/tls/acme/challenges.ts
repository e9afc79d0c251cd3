import { createPublicKey } from 'node:crypto'
import type { Random } from '../../../runtime.ts'
import type { Material } from '../tls-files.ts'
import { buildCertificate, keyPem, newServerKey } from '../x509/build.ts'
import { acmeIdentifier, leafConstraints, subjectAltName } from '../x509/extensions.ts'

/** Answers that an authority may come for at this moment. */
export interface Challenges {
  /** The body for a token of http-01 (RFC 8555, section 8.3). */
  httpAnswer(token: string): string | undefined
  /** The certificate for a name, lower case, of tls-alpn-01 (RFC 8737). */
  alpnAnswer(name: string): Material | undefined
  /** True while some connection may be one of tls-alpn-01. */
  expectsAlpn(): boolean
  /** Returns the way to take it back. */
  offerHttp(token: string, keyAuthorization: string): () => void
  offerAlpn(name: string, keyAuthorization: string, now: number): () => void
}

const DAY_MS = 86_400_000
const SUBJECT = 'ACME challenge'

export function createChallenges(random: Random): Challenges {
  const http = new Map<string, string>()
  const alpn = new Map<string, Material>()

  const offer = <T>(map: Map<string, T>, name: string, answer: T) => {
    map.set(name, answer)
    return () => void (map.get(name) === answer && map.delete(name))
  }

  return {
    httpAnswer: (token) => http.get(token),
    alpnAnswer: (name) => alpn.get(name),
    expectsAlpn: () => alpn.size > 0,
    offerHttp: (token, keyAuthorization) => offer(http, token, keyAuthorization),
    offerAlpn(name, keyAuthorization, now) {
      return offer(alpn, name.toLowerCase(), challengeCertificate(name, keyAuthorization, now, random))
    },
  }
}

/** RFC 8737, section 3: signed by itself, for the one name, with the digest in a critical extension. */
function challengeCertificate(name: string, keyAuthorization: string, now: number, random: Random): Material {
  const key = newServerKey()
  const certificate = buildCertificate({
    subject: SUBJECT,
    publicKey: createPublicKey(key),
    issuer: { name: SUBJECT, key },
    notBefore: now - DAY_MS,
    notAfter: now + DAY_MS,
    serial: random.bytes(16),
    extensions: [leafConstraints(), subjectAltName([name]), acmeIdentifier(keyAuthorization)],
  })
  return { cert: certificate.toString(), key: keyPem(key) }
}
