import type { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { authorityKey, serialBytes } from '../x509/read.ts'
import type { AcmeClient } from './client.ts'
import { AcmeFailure } from './failure.ts'
import { readRetryAfter } from './problems.ts'
import type { RenewalWindow } from './renewal.ts'

const HOUR_MS = 3_600_000
/** How often the authority is asked at least and at most; it may choose in between (RFC 9773, section 4.3). */
const SELDOM_MS = 24 * HOUR_MS
const OFTEN_MS = HOUR_MS

export interface RenewalAdvice {
  /** `null` when the authority gives no advice; `unknown` when it could not be had this time. */
  readonly window: RenewalWindow | null | 'unknown'
  readonly checkAgainMs: number
}

/** RFC 9773, section 4.2. */
const answerSchema = z.object({
  suggestedWindow: z.object({
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
  }),
})

/** How an authority knows a certificate (RFC 9773, section 4.1); null without an authority key identifier. */
export function certificateId(certificate: X509Certificate): string | null {
  const key = authorityKey(certificate)
  return key === null
    ? null
    : `${key.toString('base64url')}.${serialBytes(certificate).toString('base64url')}`
}

/** Asks when to renew. An authority without an answer gives no advice, which is never an error. */
export async function askAdvice(
  client: AcmeClient,
  certificate: X509Certificate,
  now: number,
): Promise<RenewalAdvice> {
  const id = certificateId(certificate)
  const none = { window: null, checkAgainMs: SELDOM_MS }
  if (client.directory.renewalInfo === undefined || id === null) return none
  try {
    const answer = await client.get(`${client.directory.renewalInfo.replace(/\/$/, '')}/${id}`)
    const { start, end } = answerSchema.parse(answer.json()).suggestedWindow
    const window = { start: Date.parse(start), end: Date.parse(end) }
    const wish = readRetryAfter(answer.headers['retry-after'], now) ?? 6 * HOUR_MS
    const checkAgainMs = Math.min(Math.max(wish, OFTEN_MS), SELDOM_MS)
    return window.start <= window.end ? { window, checkAgainMs } : none
  } catch (error) {
    if (error instanceof AcmeFailure || error instanceof z.ZodError)
      return { window: 'unknown', checkAgainMs: OFTEN_MS }
    throw error
  }
}
