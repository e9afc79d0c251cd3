import { tlsStatus, type TlsStatus } from '../../gateway/tls/status.ts'
import { ageOf } from '../durations.ts'
import { certificateFaults, resultOfVerdict } from '../certificate-faults.ts'
import type { DoctorCheck, Faults, Result } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const ownFaults = {
  'certificate-not-issued': {
    status: 'problem',
    meaning: 'Signpost has no certificate that clients accept, and does not come by one.',
    cause: 'The certification authority does not answer or refuses.',
    fix: 'See what happened and when it goes on: signpost tls status - then: signpost tls retry',
  },
  'certificate-not-renewed': {
    status: 'warning',
    meaning: 'The certificate still works, but Signpost does not come by a new one.',
    cause: 'The certification authority does not answer or refuses.',
    fix: 'See what happened and when it goes on: signpost tls status - then: signpost tls retry',
  },
  'certificate-files-unusable': {
    status: 'problem',
    meaning:
      'The certificate files cannot be used: a running Signpost goes on with the former ones, and does not come up again without them.',
    cause: 'They were renewed only in part, or what renews them writes something else.',
    fix: 'Put certificate and key that belong together where signpost.yaml says; see: signpost tls check',
  },
} as const satisfies Faults

const found = reporterOf(ownFaults)

export const ownCertificate: DoctorCheck = {
  code: 'own-certificate',
  area: 'public-url',
  title: 'the certificate that Signpost itself has',
  faults: { ...ownFaults, ...certificateFaults },
  async run({ config, network, dataDir, runtime }) {
    const settings = await config.need()
    if (settings.server.tls.mode === 'proxy') throw new NotPossible('The reverse proxy has the certificate.')
    const { authorities } = await network.need()
    const status = await tlsStatus({ config: settings, dataDir, authorities, runtime })
    const results = [...ofError(status, runtime.clock.now()), ...ofFiles(status)]
    return results.length > 0 ? results : [fine('own-certificate', describe(status))]
  },
}

function ofError({ mode, lastError, certificate }: TlsStatus, now: number): readonly Result[] {
  if (lastError === null) return []
  const { code: subject, detail, fix, nextAttempt } = lastError
  if (mode === 'files') return [found('certificate-files-unusable', { subject, detail, fix })]
  const works = certificate !== null && certificate.notAfter > now
  const next = nextAttempt === null ? '' : ` The next attempt is in ${ageOf(nextAttempt - now)}.`
  return [
    found(works ? 'certificate-not-renewed' : 'certificate-not-issued', {
      subject,
      detail: detail + next,
      fix: `${fix} Then: signpost tls retry`,
    }),
  ]
}

/** What no listener can serve; everything else shows under the public URL, as clients see it. */
function ofFiles({ verdicts }: TlsStatus): readonly Result[] {
  return verdicts
    .filter(({ severity }) => severity === 'unusable')
    .map((verdict) => resultOfVerdict(verdict, 'server.tls'))
}

function describe({ mode, certificate, nextRenewal }: TlsStatus): string {
  if (certificate === null) return `There is none yet (${mode}).`
  const until = dayOf(certificate.notAfter)
  const renewal = nextRenewal === null ? '' : `, renewed from ${dayOf(nextRenewal)} on`
  return `For ${certificate.names.join(', ')}, until ${until}${renewal}.`
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)
