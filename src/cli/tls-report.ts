import type { CertificateFacts } from '../gateway/tls/status.ts'
import type { Verdict } from '../gateway/tls/verdict.ts'

/** `2026-01-31 12:00 UTC` */
export function date(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

export function factLines({ names, issuer, notBefore, notAfter, fingerprint }: CertificateFacts): string[] {
  return [
    `  for       ${names.join(', ') || 'no name'}`,
    `  from      ${issuer}`,
    `  valid     ${date(notBefore)} to ${date(notAfter)}`,
    `  SHA-256   ${fingerprint}`,
  ]
}

export function verdictLines(verdicts: readonly Verdict[]): string[] {
  if (verdicts.length === 0) return ['  ok        Nothing is wrong with it.']
  return verdicts.flatMap(({ code, severity, detail, fix }) => [
    `  ${severity === 'warning' ? 'warning ' : 'problem '}  ${code}: ${detail}`,
    `            Fix: ${fix}`,
  ])
}
