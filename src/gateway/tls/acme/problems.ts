import { z } from 'zod'
import { systemErrorCode } from '../../../config/file-error.ts'
import type { HttpResponse } from '../../../net/http-client.ts'
import type { HttpFailure } from '../../../net/http-failure.ts'
import { AcmeFailure, type AcmeFailureCode } from './failure.ts'

/** A problem document (RFC 9457, RFC 8555, section 6.7). */
export const problemSchema = z.object({
  type: z.string().default('about:blank'),
  detail: z.string().default(''),
  subproblems: z.array(z.object({ type: z.string(), detail: z.string().default('') })).default([]),
})
export type Problem = z.output<typeof problemSchema>

/** Long enough for what authorities say; their texts quote what they found under the name, which may be a whole page. */
const LONGEST_DETAIL = 400

const fixes: Readonly<Record<string, readonly [AcmeFailureCode, string]>> = {
  rateLimited: [
    'rate-limited',
    "Wait; Signpost asks again when it may. Limits of Let's Encrypt: https://letsencrypt.org/docs/rate-limits/",
  ],
  userActionRequired: [
    'terms-not-agreed',
    'Read the new terms of service of the authority and agree to them on its web site.',
  ],
  externalAccountRequired: [
    'account-refused',
    'Take key id and HMAC key from the web site of the authority: server.tls.acme.eab: { keyId: ..., hmacKey: ... }',
  ],
  unauthorized: [
    'account-refused',
    'Check server.tls.acme.eab, or remove tls/acme-account.json from the data directory for a new account.',
  ],
  invalidContact: ['account-refused', 'Correct server.tls.acme.email, or leave it out.'],
  unsupportedContact: ['account-refused', 'Correct server.tls.acme.email, or leave it out.'],
  rejectedIdentifier: [
    'name-refused',
    'Take the name out of server.tls.acme.domains; an authority may refuse names that are private or on a list.',
  ],
  unsupportedIdentifier: ['name-refused', 'Write only host names into server.tls.acme.domains.'],
  caa: [
    'name-refused',
    'Allow the authority in DNS: a CAA record like  example.org. IN CAA 0 issue "letsencrypt.org"',
  ],
  serverInternal: ['ca-error', 'Wait; Signpost asks again by itself.'],
}

/** What was asked for and refused, from the answer of the authority. `now`: milliseconds since the epoch. */
export function failureOf(response: HttpResponse, now: number): AcmeFailure {
  const problem = readProblem(response)
  const type = shortType(problem.type)
  const retryAfterMs = readRetryAfter(response.headers['retry-after'], now)
  const detail = describe(problem) || `The answer has the status ${response.status}.`
  const limited = response.status === 429 ? fixes['rateLimited'] : undefined
  const broken = response.status >= 500 ? fixes['serverInternal'] : undefined
  const [code, fix] = limited ??
    fixes[type] ??
    broken ?? ['refused', 'Look at the message, and at server.tls.acme.']
  return new AcmeFailure(code, detail, fix, { type, retryAfterMs })
}

function readProblem(response: HttpResponse): Problem {
  try {
    return problemSchema.parse(response.json())
  } catch {
    // A proxy or a load balancer answered in the place of the authority.
    return { type: 'about:blank', detail: '', subproblems: [] }
  }
}

/** A problem in words, with its parts. */
export function describe({ detail, subproblems }: Problem): string {
  const parts = [detail, ...subproblems.map((part) => part.detail)].filter((text) => text !== '')
  const text = [...new Set(parts)].join(' ').replaceAll(/\s+/g, ' ').trim()
  return text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}...` : text
}

export const shortType = (type: string) => type.replace(/^urn:ietf:params:acme:error:/, '')

/** `Retry-After` as seconds or as a date (RFC 9110, section 10.2.3), in milliseconds from `now`; null without one. */
export function readRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  if (/^\d+$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/** Reasons of Node why a certificate does not hold at this time. */
const clockCodes: ReadonlySet<string> = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED'])

/** The authority could not be asked at all. */
export function unreachable(failure: HttpFailure): AcmeFailure {
  const why = systemErrorCode(failure.cause) ?? ''
  if (clockCodes.has(why)) {
    return new AcmeFailure(
      'clock-wrong',
      'By the clock of this machine, the certificate of the certification authority is not valid now.',
      'Set the clock: timedatectl set-ntp true',
      { cause: failure },
    )
  }
  if (failure.code === 'tls') {
    return new AcmeFailure(
      'ca-untrusted',
      failure.message,
      'For an authority of your own, name the certificate that signs its server: server.tls.acme.caFile',
      { cause: failure },
    )
  }
  return new AcmeFailure(
    'ca-unreachable',
    failure.message,
    'Let this machine reach the authority (outgoing HTTPS, DNS), and check server.tls.acme.directory.',
    { cause: failure },
  )
}
