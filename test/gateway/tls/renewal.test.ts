import { createPublicKey, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { certificateId } from '../../../src/gateway/tls/acme/advice.ts'
import { restAfter } from '../../../src/gateway/tls/acme/back-off.ts'
import { acmeFailureCodes, AcmeFailure, type AcmeFailureCode } from '../../../src/gateway/tls/acme/failure.ts'
import { readRetryAfter } from '../../../src/gateway/tls/acme/problems.ts'
import { isCheckDue, mustWait, renewalTime } from '../../../src/gateway/tls/acme/renewal.ts'
import { buildCertificate, newServerKey } from '../../../src/gateway/tls/x509/build.ts'
import { octetString, oid, sequence, taggedPrimitive } from '../../../src/gateway/tls/x509/der.ts'
import { systemRandom } from '../../../src/system.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const now = Date.UTC(2026, 0, 1)

function certificate(serial = randomBytes(16), extensions: readonly Buffer[] = []) {
  const key = newServerKey()
  const issuer = { name: 'Somebody', key }
  const validity = { notBefore: now, notAfter: now + 90 * DAY_MS }
  return buildCertificate({
    subject: 'a',
    publicKey: createPublicKey(key),
    issuer,
    serial,
    extensions,
    ...validity,
  })
}

test('renewal is due after two thirds of the life, for each certificate a little differently', () => {
  const times = Array.from({ length: 50 }, () => (renewalTime(certificate(), null) - now) / DAY_MS)
  for (const days of times) {
    expect(days).toBeGreaterThanOrEqual(60)
    expect(days).toBeLessThanOrEqual(63)
  }
  expect(new Set(times).size).toBeGreaterThan(45)
  const one = certificate()
  expect(renewalTime(one, null)).toBe(renewalTime(one, null))
})

test('a window that the authority suggests counts instead', () => {
  const window = { start: now + DAY_MS, end: now + 2 * DAY_MS }
  const time = renewalTime(certificate(), window)
  expect(time).toBeGreaterThanOrEqual(window.start)
  expect(time).toBeLessThanOrEqual(window.end)
})

test('an authority knows a certificate as RFC 9773 says in its section 4.1', () => {
  // The key identifier and the serial number of its example.
  const identifier = Buffer.from('69885B6B87464041E1B37B847BA0AE2CDE01C8D4', 'hex')
  const extension = sequence(oid('2.5.29.35'), octetString(sequence(taggedPrimitive(0, identifier))))
  const serial = Buffer.from('87654321', 'hex')
  expect(certificateId(certificate(serial, [extension]))).toBe('aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE')
  expect(certificateId(certificate())).toBeNull()
})

const failing = (code: AcmeFailureCode, retryAfterMs: number | null = null) =>
  new AcmeFailure(code, 'It failed.', 'Wait.', { retryAfterMs })

test('rests after failures grow and end, and never fall short of what the authority wants', () => {
  for (const code of Object.keys(acmeFailureCodes) as AcmeFailureCode[]) {
    const rests = [1, 2, 4, 8, 500].map((count) => restAfter(failing(code), count, systemRandom))
    expect(rests[0], code).toBeGreaterThanOrEqual(50_000)
    expect(rests[1], code).toBeGreaterThan((rests[0] ?? 0) * 1.3 * (rests[0] === rests[4] ? 0 : 1))
    expect(rests[4], code).toBeLessThanOrEqual(28 * HOUR_MS)
  }
  expect(restAfter(failing('rate-limited', 30 * HOUR_MS), 1, systemRandom)).toBeGreaterThan(30 * HOUR_MS)
  // Five failed checks an hour are allowed; three a day is where this ends.
  expect(restAfter(failing('challenge-failed'), 9, systemRandom)).toBeGreaterThan(20 * HOUR_MS)
  // A header that is out of its mind.
  expect(restAfter(failing('rate-limited', 900 * DAY_MS), 1, systemRandom)).toBeLessThan(10 * DAY_MS)
})

test('a failure keeps its own wish waiting, and no other', () => {
  const failure = {
    wanted: 'a',
    at: now,
    code: 'refused',
    detail: '',
    fix: '',
    count: 1,
    nextAttempt: now + HOUR_MS,
  } as const
  expect(mustWait(failure, 'a', now + HOUR_MS - 1)).toBe(true)
  expect(mustWait(failure, 'a', now + HOUR_MS)).toBe(false)
  expect(mustWait(failure, 'b', now)).toBe(false)
  expect(mustWait(null, 'a', now)).toBe(false)
  // The clock was set back by a day: what it said before is worth nothing.
  expect(mustWait(failure, 'a', now - DAY_MS)).toBe(false)
})

test('advice is about one certificate, for its time', () => {
  const one = certificate()
  const advice = { fingerprint: one.fingerprint256, at: now, checkAgainAt: now + DAY_MS, window: null }
  expect(isCheckDue(null, one, now)).toBe(true)
  expect(isCheckDue(advice, one, now + HOUR_MS)).toBe(false)
  expect(isCheckDue(advice, one, now + DAY_MS)).toBe(true)
  expect(isCheckDue(advice, certificate(), now)).toBe(true)
  expect(isCheckDue(advice, one, now - DAY_MS)).toBe(true)
})

test.each([
  ['120', 120_000],
  ['Thu, 01 Jan 2026 01:00:00 GMT', HOUR_MS],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['soon', null],
  [undefined, null],
])('Retry-After %j is %j ms', (header, expected) => {
  expect(readRetryAfter(header, now)).toBe(expected)
})
