import { fetchChain, NoCertificate } from '../../gateway/tls/fetch-chain.ts'
import { judgeCertificate } from '../../gateway/tls/verdict.ts'
import { readPem } from '../../gateway/tls/verdicts/pem.ts'
import { createCertificateReader } from '../../net/certificate.ts'
import { trustedAuthorities } from '../../net/http-client.ts'
import { HttpFailure } from '../../net/http-failure.ts'
import { certificateFaults, resultOfVerdict } from '../certificate-faults.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const ownFaults = {
  'public-url-no-tls': {
    status: 'problem',
    meaning: 'Something listens under the public URL, but it speaks no TLS that clients understand.',
    cause: 'The proxy serves plain HTTP on that port, or it has no certificate for this name.',
    fix: 'Let the proxy listen with TLS there (nginx: listen 443 ssl), with a certificate for the name.',
  },
  'certificate-refused': {
    status: 'problem',
    meaning: 'A client like Signpost itself refuses the connection, although the certificate looks fine.',
    cause: 'The server insists on settings of TLS that are too old, or on a certificate of the client.',
    fix: 'Let the proxy speak TLS 1.2 and 1.3, and ask clients for no certificate.',
  },
} as const satisfies Faults

const found = reporterOf(ownFaults)

export const certificate: DoctorCheck = {
  code: 'certificate',
  area: 'public-url',
  title: 'the certificate under the public URL',
  faults: { ...ownFaults, ...certificateFaults },
  limitMs: LONG_LIMIT_MS,
  async run({ place, openPort, network, runtime }, signal) {
    const { host, port, isSecure } = await place.need()
    if (!isSecure) throw new NotPossible('This needs a public URL that begins with https://.')
    const { address } = await openPort.need()
    const { authorities, resolver } = await network.need()
    try {
      const chainPem = await fetchChain({ host: address, port, serverName: host, timeoutMs: TIMEOUT_MS })
      const trusted = trustedAuthorities(authorities)?.flatMap(certificatesIn)
      const now = runtime.clock.now()
      const verdicts = judgeCertificate({
        chainPem,
        host,
        now,
        ...(trusted === undefined ? {} : { trusted }),
      })
      if (verdicts.length > 0) return verdicts.map((verdict) => resultOfVerdict(verdict, host))
      const verify = createCertificateReader(resolver, authorities)
      await verify({ target: { host, port }, guard: null, timeoutMs: TIMEOUT_MS, signal })
      return [fine('certificate', `It is for ${host}, and clients trust it.`)]
    } catch (error) {
      if (error instanceof HttpFailure) return [found('certificate-refused', { detail: error.message })]
      if (!(error instanceof NoCertificate)) throw error
      const detail = `${host}, port ${port}, gives no certificate (${error.code}).`
      return [found('public-url-no-tls', { detail })]
    }
  },
}

const TIMEOUT_MS = 3_000

/** The certificates in a PEM text, one by one. */
function certificatesIn(pem: string): string[] {
  return readPem(pem)
    .blocks.filter(({ label }) => label === 'CERTIFICATE')
    .map(({ text }) => text)
}
