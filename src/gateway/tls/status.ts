import { X509Certificate } from 'node:crypto'
import type { Config } from '../../config/schema.ts'
import type { Runtime } from '../../runtime.ts'
import { readAcmeState, type AcmeState } from './acme/state.ts'
import { renewalTime } from './acme/renewal.ts'
import { wantedBy, windowOf } from './acme/wish.ts'
import { readPair } from './files/pair.ts'
import { publicHost } from './names.ts'
import { wishOf } from './acme/from-config.ts'
import { pairFilesOf, trustedBy } from './open-mode.ts'
import { readAuthority } from './self-signed/authority.ts'
import { readMaterial, tlsFiles, type Material } from './tls-files.ts'
import { judgeCertificate, type Verdict } from './verdict.ts'
import { arrange } from './verdicts/chain.ts'
import { nameOf } from './verdicts/judge-chain.ts'
import { namesOf } from './verdicts/names.ts'
import { readCertificates } from './verdicts/read-certificates.ts'

/** How the public listener stands, for the doctor, the console and the command line. Times: milliseconds since the epoch. */
export interface TlsStatus {
  readonly mode: Config['server']['tls']['mode']
  /** Null in mode `proxy`, and while there is none. */
  readonly certificate: CertificateFacts | null
  readonly verdicts: readonly Verdict[]
  /** When Signpost renews it by itself; null when something else does. */
  readonly nextRenewal: number | null
  /** Why there is no certificate, or no new one. */
  readonly lastError: TlsError | null
  /** The certificate that clients have to install, as PEM, for mode `selfSigned`. */
  readonly authorityPem: string | null
}

export interface CertificateFacts {
  readonly names: readonly string[]
  readonly issuer: string
  readonly notBefore: number
  readonly notAfter: number
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string
}

export interface TlsError {
  /** That of a refused pair of files (`PairRefusal`), or one of `acmeFailureCodes`. */
  readonly code: string
  readonly detail: string
  readonly fix: string
  readonly at: number
  /** Null where nothing is attempted: changed files are looked at as they change. */
  readonly nextAttempt: number | null
}

export interface StatusOptions {
  readonly config: Config
  readonly dataDir: string
  /** PEM texts of `network.caFile`. */
  readonly authorities: readonly string[]
  readonly runtime: Pick<Runtime, 'clock'>
  /** What a running listener shows, in case the files of mode `files` have become unusable. */
  readonly served?: Material | null
}

const nothing = { certificate: null, verdicts: [], nextRenewal: null, lastError: null, authorityPem: null }

/** Looks at what is configured, and at what lies in the data directory. Changes nothing and asks nobody. */
export async function tlsStatus(options: StatusOptions): Promise<TlsStatus> {
  const { mode } = options.config.server.tls
  switch (mode) {
    case 'proxy':
      return { ...nothing, mode }
    case 'files':
      return { ...nothing, mode, ...(await filesStatus(options)) }
    case 'acme':
      return { ...nothing, mode, ...(await acmeStatus(options)) }
    case 'selfSigned':
      return { ...nothing, mode, ...(await selfSignedStatus(options)) }
  }
}

/** The files are what counts: they may have become unusable since the listener took them. */
async function filesStatus(options: StatusOptions): Promise<Partial<TlsStatus>> {
  const { config, dataDir, authorities, runtime, served } = options
  const now = runtime.clock.now()
  const context = { host: publicHost(config), trusted: trustedBy(authorities), now }
  const pair = await readPair(pairFilesOf(config, dataDir), context)
  if (pair.refusal === null) {
    return { certificate: factsOf(pair.material.cert), verdicts: pair.verdicts }
  }
  const { code, detail, fix } = pair.refusal
  return {
    ...(served === null || served === undefined ? {} : judged(served, options, context.trusted)),
    lastError: { code, detail, fix, at: now, nextAttempt: null },
  }
}

async function acmeStatus(options: StatusOptions): Promise<Partial<TlsStatus>> {
  const { config, dataDir, authorities } = options
  const files = tlsFiles(dataDir)
  const state = await readAcmeState(files.acmeState)
  const { failure } = state
  const lastError = failure?.wanted === wantedBy(wishOf(config)) ? errorOf(failure) : null
  // Not what is served: before the first certificate that is a placeholder, and later they are the same.
  const material = await readMaterial(files.acmeCertificate)
  if (material === null) return { lastError }
  const leaf = new X509Certificate(material.cert)
  const nextRenewal = renewalTime(leaf, windowOf(state, leaf))
  return { ...judged(material, options, trustedBy(authorities)), nextRenewal, lastError }
}

function errorOf({ code, detail, fix, at, nextAttempt }: NonNullable<AcmeState['failure']>): TlsError {
  return { code, detail, fix, at, nextAttempt }
}

async function selfSignedStatus(options: StatusOptions): Promise<Partial<TlsStatus>> {
  const files = tlsFiles(options.dataDir)
  const authority = await readAuthority(files.authority)
  const material = await readMaterial(files.selfSigned)
  if (material === null || authority === null) return {}
  const authorityPem = authority.certificate.toString()
  const nextRenewal = renewalTime(new X509Certificate(material.cert), null)
  return { ...judged(material, options, [authorityPem]), nextRenewal, authorityPem }
}

function judged(
  material: Material,
  { config, runtime }: StatusOptions,
  trusted: readonly string[],
): Pick<TlsStatus, 'certificate' | 'verdicts'> {
  const { cert: chainPem, key: keyPem } = material
  const context = { host: publicHost(config), now: runtime.clock.now(), trusted }
  return { certificate: factsOf(chainPem), verdicts: judgeCertificate({ chainPem, keyPem, ...context }) }
}

/** What people know a certificate by, from a PEM file with the leaf or with the whole chain; null when there is none. */
export function factsOf(chainPem: string | Uint8Array): CertificateFacts | null {
  const { leaf } = arrange(readCertificates(chainPem).certificates, null)
  if (leaf === null) return null
  return {
    names: namesOf(leaf),
    issuer: nameOf(leaf.issuer),
    notBefore: leaf.validFromDate.getTime(),
    notAfter: leaf.validToDate.getTime(),
    fingerprint: leaf.fingerprint256,
  }
}
