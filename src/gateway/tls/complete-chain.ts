import { X509Certificate } from 'node:crypto'
import { getCACertificates } from 'node:tls'
import type { HttpClient } from '../../net/http-client.ts'
import { HttpFailure } from '../../net/http-failure.ts'
import { anchoredAt, arrange, createTrust, isIssuedBy, isSelfSigned, type Trust } from './verdicts/chain.ts'
import { issuerUrl } from './verdicts/judge-chain.ts'
import { readCertificates } from './verdicts/read-certificates.ts'
import { readKey } from './verdicts/read-key.ts'

export interface ChainToComplete {
  readonly chainPem: string | Uint8Array
  readonly keyPem?: string | Uint8Array
  /** See `CertificateToJudge`. */
  readonly trusted?: readonly string[]
  readonly http: HttpClient
}

/** No real chain has more certificates between a server and its authority. */
const MOST_INTERMEDIATES = 4
const TIMEOUT_MS = 5_000
const LARGEST_CERTIFICATE = 16 * 1024

/**
 * Fetches the intermediates that a chain lacks from where its certificates say they are (authority information access,
 * RFC 5280, section 4.2.2.1). Returns the whole chain as PEM, leaf first; null when nothing was missing or could be
 * found. The operator chose the certificate, and with it the URL; what comes back counts only with the right signature.
 */
export async function completeChain(input: ChainToComplete): Promise<string | null> {
  const key = input.keyPem === undefined ? null : readKey(input.keyPem)
  const { certificates } = readCertificates(input.chainPem)
  const { path } = arrange(certificates, key !== null && 'key' in key ? key.key : null)
  const trust = createTrust(input.trusted ?? getCACertificates('default'))
  const found = await climb(path, trust, input.http)
  return found.length === 0 ? null : [...path, ...found].map((one) => one.toString()).join('')
}

async function climb(
  path: readonly X509Certificate[],
  trust: Trust,
  http: HttpClient,
): Promise<X509Certificate[]> {
  const found: X509Certificate[] = []
  while (found.length < MOST_INTERMEDIATES) {
    const top = found.at(-1) ?? path.at(-1)
    if (top === undefined || isSelfSigned(top) || anchoredAt([...path, ...found], trust) >= 0) break
    const issuer = await fetchIssuer(top, http)
    // A root that nobody trusts helps no client.
    if (issuer === null || isSelfSigned(issuer)) break
    found.push(issuer)
  }
  return found
}

async function fetchIssuer(certificate: X509Certificate, http: HttpClient): Promise<X509Certificate | null> {
  const url = issuerUrl(certificate)
  if (url === null) return null
  try {
    const { status, body } = await http.request({
      url,
      trust: 'operator',
      headers: { accept: 'application/pkix-cert, application/x-x509-ca-cert, */*;q=0.1' },
      redirects: 3,
      timeoutMs: TIMEOUT_MS,
      maxBytes: LARGEST_CERTIFICATE,
    })
    const issuer = status === 200 ? parse(body) : null
    return issuer !== null && isIssuedBy(certificate, issuer) ? issuer : null
  } catch (error) {
    if (error instanceof HttpFailure) return null
    throw error
  }
}

/** DER as RFC 5280 wants it, or PEM as some send it. */
function parse(body: Buffer): X509Certificate | null {
  try {
    return new X509Certificate(body)
  } catch {
    return null
  }
}
