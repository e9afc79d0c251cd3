import type { X509Certificate } from 'node:crypto'
import { namesOf, sameNames } from '../verdicts/names.ts'
import type { ChallengeType } from './authorize.ts'
import { isCheckDue, renewalTime, type RenewalWindow } from './renewal.ts'
import type { AcmeState } from './state.ts'

/** What is wanted, from whom. */
export interface AcmeWish {
  readonly names: readonly string[]
  readonly directory: string
  /** Has to issue once before `directory` is asked; null for none. */
  readonly stagingDirectory: string | null
  readonly challenge: ChallengeType
  /** Where http-01 is answered; null when the public listener does. */
  readonly responder: { readonly host: string; readonly port: number } | null
  /** What else an operator may have corrected after a failure: then it is tried again at once. */
  readonly circumstances: readonly (string | null)[]
}

/** What the failures and the rehearsal of an installation belong to. */
export function wantedBy({ names, directory, challenge, responder, circumstances }: AcmeWish): string {
  const sorted = names.map((name) => name.toLowerCase()).sort()
  return JSON.stringify([directory, challenge, sorted, responder, circumstances])
}

/** Is it the certificate that is wished for, whatever its age? */
export function isWanted(
  certificate: X509Certificate | null,
  wish: AcmeWish,
  issued: AcmeState['issued'],
): boolean {
  if (certificate === null || !sameNames(namesOf(certificate), wish.names)) return false
  // A certificate without a note was put there by hand, or its note was lost: it is as good as any.
  return issued?.fingerprint !== certificate.fingerprint256 || issued.directory === wish.directory
}

/** What the authority last said about this certificate. */
export function windowOf({ advice }: Pick<AcmeState, 'advice'>, held: X509Certificate): RenewalWindow | null {
  return advice?.fingerprint === held.fingerprint256 ? advice.window : null
}

/** Does the authority have to be asked, be it for advice or for a new certificate? */
export function isDue(held: X509Certificate, { advice }: Pick<AcmeState, 'advice'>, now: number): boolean {
  return now >= renewalTime(held, windowOf({ advice }, held)) || isCheckDue(advice, held, now)
}
