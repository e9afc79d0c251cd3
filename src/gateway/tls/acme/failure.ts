/** Why there is no new certificate. The codes are stable. */
export const acmeFailureCodes = {
  'ca-unreachable': 'The certification authority does not answer.',
  'ca-untrusted': 'The ACME server has a certificate that this machine does not trust.',
  'ca-error': 'The certification authority has a problem of its own.',
  'rate-limited': 'The certification authority wants to be left alone for a while.',
  'terms-not-agreed': 'The terms of service have to be agreed to.',
  'account-refused': 'The certification authority does not accept the account.',
  'name-refused': 'The certification authority does not certify the name.',
  'challenge-failed': 'The certification authority could not see that the name leads here.',
  'port-unavailable': 'The port that answers the certification authority cannot be opened.',
  'clock-wrong': 'The clock of this machine and that of the certification authority differ.',
  refused: 'The certification authority refused a request.',
} as const

export type AcmeFailureCode = keyof typeof acmeFailureCodes

export class AcmeFailure extends Error {
  override readonly name = 'AcmeFailure'
  readonly code: AcmeFailureCode
  /** What to do, as a sentence. */
  readonly fix: string
  /** The type that the authority gave, without its prefix: `rateLimited` (RFC 8555, section 6.7). */
  readonly type: string | null
  /** When the authority wants to be asked again, in milliseconds from now. */
  readonly retryAfterMs: number | null

  constructor(
    code: AcmeFailureCode,
    /** What happened, as a sentence. */
    message: string,
    fix: string,
    more: { readonly type?: string; readonly retryAfterMs?: number | null; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause })
    this.code = code
    this.fix = fix
    this.type = more.type ?? null
    this.retryAfterMs = more.retryAfterMs ?? null
  }
}

/** Whatever ended an attempt, as a failure. `signal`: the one that limits the attempt. */
export function asAcmeFailure(error: unknown, signal: AbortSignal, limitMs: number): AcmeFailure {
  if (error instanceof AcmeFailure) return error
  if (signal.aborted) {
    const detail = `The authority did not finish within ${limitMs / 60_000} minutes.`
    return new AcmeFailure('ca-error', detail, 'Wait; Signpost goes on by itself.', { cause: error })
  }
  const detail = 'The authority answered something that Signpost does not understand.'
  return new AcmeFailure('refused', detail, 'Check server.tls.acme.directory.', { cause: error })
}

/** `here`, `there`: what the two clocks say, in milliseconds since the epoch. */
export function clockWrong(here: number, there: number): AcmeFailure {
  const [ours, theirs] = [here, there].map((time) =>
    new Date(time).toISOString().slice(0, 16).replace('T', ' '),
  )
  return new AcmeFailure(
    'clock-wrong',
    `The clock of this machine says ${ours} UTC, that of the certification authority ${theirs} UTC.`,
    'Set the clock: timedatectl set-ntp true',
  )
}
