import type { X509Certificate } from 'node:crypto'
import { namesOf } from '../verdicts/names.ts'
import type { ChallengeType } from './authorize.ts'
import { sameNames } from './order.ts'
import { isCheckDue, renewalTime } from './renewal.ts'
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
}

/** What the failures and the rehearsal of an installation belong to. */
export function wantedBy({ names, directory, challenge }: AcmeWish): string {
  return JSON.stringify([directory, challenge, ...names.map((name) => name.toLowerCase()).sort()])
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

/** Does the authority have to be asked, be it for advice or for a new certificate? */
export function isDue(held: X509Certificate, { advice }: AcmeState, now: number): boolean {
  const window = advice !== null && advice.fingerprint === held.fingerprint256 ? advice.window : null
  return now >= renewalTime(held, window) || isCheckDue(advice, held, now)
}
