import { hashToken } from '../../accounts/tokens.ts'
import { hashClientSecret } from '../../validation/sessions.ts'
import { readAddress, readMatrixId } from './address.ts'
import type { Drafts, Reading } from './data.ts'
import { isOtherEncoding } from './values.ts'

/** How long a completed validation can be used (Identity Service API, "Establishing an association"). */
const SESSION_MS = 24 * 3_600_000

/** A token as it is stored here; null, with a finding, when it is none. */
export function tokenDraft(
  { findings, stage }: Reading,
  row: string,
  token: string | null,
  userId: string,
  createdAt: number,
): Drafts['tokens'] | null {
  if (token === null || isOtherEncoding({ token })) {
    findings.add(token === null ? 'missing-value' : 'other-encoding', row, 'token')
    return null
  }
  const tokenHash = hashToken(token)
  if (stage.isFirst('token', tokenHash)) return { tokenHash, userId, createdAt }
  findings.add('duplicate-token', row, 'an access token')
  return null
}

export function termsDraft(
  reading: Reading,
  table: string,
  user: string | null,
  url: string | null,
  acceptedAt: number,
): Drafts['terms'] | null {
  const userId = userOf(reading, table, user)
  if (userId === null) return null
  if (url === null || isOtherEncoding({ url })) {
    reading.findings.add(url === null ? 'missing-value' : 'other-encoding', `${table} of ${userId}`, 'url')
    return null
  }
  return reading.stage.isFirst('terms', `${userId} ${url}`) ? { userId, url, acceptedAt } : null
}

export interface SourceSession {
  readonly sid: string | null
  readonly medium: string | null
  readonly address: string | null
  readonly secret: string | null
}

/** A validation that was completed and can still be used to bind. Times in milliseconds. */
export function sessionDraft(
  { findings, stage, now }: Reading,
  row: string,
  { sid, medium, address, secret }: SourceSession,
  isValidated: boolean,
  createdAt: number | null,
  validatedAt: number | null,
): Drafts['sessions'] | null {
  if (!isValidated) {
    findings.add('open-session', row, `${address}`)
    return null
  }
  if (createdAt === null || validatedAt === null || validatedAt + SESSION_MS <= now) {
    findings.add('expired-session', row, `${address}`)
    return null
  }
  if (sid === null || medium === null || address === null || secret === null) {
    findings.add('missing-value', row, 'id, medium, address or client secret')
    return null
  }
  const threePid = readAddress(findings, row, medium, address)
  if (threePid === null) return null
  const client_secret_hash = hashClientSecret(secret)
  if (!stage.isFirst('session', `${threePid.address} ${client_secret_hash}`)) return null
  return {
    ...threePid,
    sid,
    client_secret_hash,
    send_attempt: 0,
    next_link: null,
    created_at: createdAt,
    modified_at: validatedAt,
    validated_at: validatedAt,
    failed_attempts: 0,
  }
}

export function userOf({ findings }: Reading, table: string, userId: string | null): string | null {
  if (userId !== null) return readMatrixId(findings, table, userId)
  findings.add('missing-value', table, 'user_id')
  return null
}
