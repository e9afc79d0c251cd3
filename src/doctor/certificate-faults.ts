import { verdictCodes, type Verdict, type VerdictCode } from '../gateway/tls/verdict.ts'
import type { Fault, Result } from './check.ts'
import { reporterOf } from './results.ts'

type CertificateFault = `certificate-${VerdictCode}`

/** One fault for each verdict; what the verdict says of the certificate at hand is the better fix. */
export const certificateFaults = Object.fromEntries(
  Object.entries(verdictCodes).map(([code, { severity, meaning }]) => {
    const fault: Fault = {
      status: severity === 'warning' ? 'warning' : 'problem',
      meaning,
      cause: 'The certificate, or the file that holds it, is not what clients expect.',
      fix: 'The finding tells what to do with this certificate; docs/tls.md has more.',
    }
    return [`certificate-${code}`, fault]
  }),
) as Record<CertificateFault, Fault>

const found = reporterOf(certificateFaults)

export function resultOfVerdict({ code, detail, fix }: Verdict, subject: string): Result {
  return found(`certificate-${code}`, { subject, detail, fix })
}
