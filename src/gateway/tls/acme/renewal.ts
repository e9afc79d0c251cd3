import { createHash, type X509Certificate } from 'node:crypto'
import type { AcmeState } from './state.ts'

/** When the authority would like to be asked for the next certificate, in milliseconds since the epoch. */
export interface RenewalWindow {
  readonly start: number
  readonly end: number
}

/** A third of the time is left for renewing; up to a thirtieth of it passes before, so that not all come at once. */
const PART_OF_LIFE = 2 / 3
const JITTER = 1 / 30

/**
 * When to renew: somewhere in the window that the authority suggests (RFC 9773, section 4.2), otherwise after two thirds
 * of the certificate's life. The place in between is drawn from its fingerprint: by chance, and the same after a restart.
 */
export function renewalTime(certificate: X509Certificate, window: RenewalWindow | null): number {
  const chance = fractionOf(certificate.fingerprint256)
  if (window !== null) return window.start + (window.end - window.start) * chance
  const begins = certificate.validFromDate.getTime()
  const life = certificate.validToDate.getTime() - begins
  return Math.round(begins + life * (PART_OF_LIFE + JITTER * chance))
}

function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32
}

/** A clock that was set back makes remembered times worthless; a little is forgiven. */
const BACK_MS = 300_000

const isCredible = (at: number, now: number) => now >= at - BACK_MS

/** Is it too early for another attempt? Failures of other wishes, and those from the future, keep nobody waiting. */
export function mustWait(failure: AcmeState['failure'], wanted: string, now: number): boolean {
  if (failure === null || failure.wanted !== wanted || !isCredible(failure.at, now)) return false
  return now < failure.nextAttempt
}

/** Has it been a while that the authority was asked about this certificate? */
export function isCheckDue(advice: AcmeState['advice'], certificate: X509Certificate, now: number): boolean {
  if (advice === null || advice.fingerprint !== certificate.fingerprint256) return true
  return !isCredible(advice.at, now) || now >= advice.checkAgainAt
}
