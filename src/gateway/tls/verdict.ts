import { getCACertificates } from 'node:tls'
import { verdict, type Verdict } from './verdicts/catalogue.ts'
import { arrange, createTrust, type Chain } from './verdicts/chain.ts'
import { judgeDates } from './verdicts/dates.ts'
import { judgeChain } from './verdicts/judge-chain.ts'
import { judgeNames } from './verdicts/names.ts'
import { readCertificates } from './verdicts/read-certificates.ts'
import { readKey } from './verdicts/read-key.ts'
import { judgeStrength } from './verdicts/strength.ts'

export { verdictCodes, type Severity, type Verdict, type VerdictCode } from './verdicts/catalogue.ts'

export interface CertificateToJudge {
  /** The PEM file as it is on the disk, or what a server has sent, as PEM. */
  readonly chainPem: string | Uint8Array
  /** The file with the private key; absent for somebody else's server. */
  readonly keyPem?: string | Uint8Array
  /** Name or IP address (without brackets) under which clients connect; null leaves the names alone. */
  readonly host: string | null
  /** Milliseconds since the epoch. */
  readonly now: number
  /** PEM texts of the trusted authorities. Default: those that Node trusts. */
  readonly trusted?: readonly string[]
}

/** Everything that clients will not like about a certificate, the worst first. An empty list: it is fine. */
export function judgeCertificate(input: CertificateToJudge): readonly Verdict[] {
  const { certificates, verdicts: reading } = readCertificates(input.chainPem)
  const key = input.keyPem === undefined ? null : readKey(input.keyPem)
  if (certificates.length === 0 || (key !== null && 'verdict' in key)) {
    return [...reading, ...(key !== null && 'verdict' in key ? [key.verdict] : [])]
  }
  const chain = arrange(certificates, key?.key ?? null)
  const { leaf } = chain
  if (leaf === null) return [...reading, leafMissing()]
  if (key !== null && !leaf.checkPrivateKey(key.key)) return [...reading, keyMismatch(chain)]
  const trust = createTrust(input.trusted ?? getCACertificates('default'))
  const verdicts = [
    judgeDates(leaf, input.now),
    input.host === null ? null : judgeNames(leaf, input.host),
    ...judgeChain(chain, trust, input.now),
    ...judgeStrength(chain.path),
    ...reading,
  ].filter((one) => one !== null)
  return verdicts.toSorted((one, other) => rank[one.severity] - rank[other.severity])
}

const rank = { unusable: 0, problem: 1, warning: 2 } as const

function leafMissing(): Verdict {
  return verdict(
    'leaf-missing',
    "The file holds only certificates of authorities (often chain.pem), not the server's own.",
    'Use fullchain.pem, or put them together: cat cert.pem chain.pem > fullchain.pem',
  )
}

function keyMismatch({ leaf }: Chain): Verdict {
  return verdict(
    'key-mismatch',
    `The private key does not belong to the certificate, whose key is of the kind ${leaf?.publicKey.asymmetricKeyType ?? 'unknown'}.`,
    'Use the key that was made with the certificate request; these two must print the same: openssl x509 -in fullchain.pem -noout -pubkey; openssl pkey -in privkey.pem -pubout',
  )
}
