import type { HttpFailure, HttpFailureCode } from '../net/http-failure.ts'

/**
 * Why another identity server gave no usable answer. `dns` to `timeout`: it was not reached. `answer`: what it says
 * cannot be understood or believed. `signature`: it is not signed as it has to be. `refused`: it answers nothing to us.
 * `limited`: it asks us to wait. `not-spoken`: it does not know this API. `account`, `terms`: it wants an account, or
 * its terms accepted. `settings`: the configuration here does not allow the question. `left-alone`: it failed a moment
 * ago and is not asked yet.
 */
export type PeerFailureCode =
  | 'dns'
  | 'address'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'answer'
  | 'signature'
  | 'refused'
  | 'limited'
  | 'not-spoken'
  | 'account'
  | 'terms'
  | 'settings'
  | 'left-alone'

/** Another identity server was of no use. Texts are for operators: host names yes, addresses of people and secrets no. */
export class PeerFailure extends Error {
  readonly code: PeerFailureCode
  /** What to do about it, as a sentence. */
  readonly fix: string

  /** @param message what happened, as a sentence */
  constructor(code: PeerFailureCode, message: string, fix: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'PeerFailure'
    this.code = code
    this.fix = fix
  }
}

const codes: Readonly<Record<HttpFailureCode, PeerFailureCode>> = {
  dns: 'dns',
  'refused-address': 'address',
  'bad-url': 'settings',
  connect: 'connect',
  reset: 'connect',
  tls: 'tls',
  timeout: 'timeout',
  redirect: 'answer',
  'too-large': 'answer',
  'bad-json': 'answer',
}

const fixes: Readonly<Partial<Record<PeerFailureCode, string>>> = {
  dns: 'Its operator has to correct the DNS record; where other names fail too, check the DNS of this machine.',
  address: 'List the address in network.allowPrivate if that server is meant to be on private ground.',
  connect: 'Its operator has to see whether the server runs and whether the DNS record names the right port.',
  tls: 'Its certificate has to carry the name and be signed by a known authority; add your own as network.caFile.',
  timeout: 'It is slow or out of reach. Raise federation.outbound.timeout if it always is.',
  settings: 'Correct the URL in signpost.yaml.',
}

/** A failed request as the failure of the server that it went to. */
export function fromHttpFailure(failure: HttpFailure): PeerFailure {
  const code = codes[failure.code]
  return new PeerFailure(code, failure.message, fixes[code] ?? unusual, failure)
}

export const unusual = 'Its operator has to see what answers there; it is not what an identity server says.'

/** The peer answers, but not so that it could be believed: that may be so for one address and not for the next. */
export const unusable: ReadonlySet<PeerFailureCode> = new Set(['answer', 'signature'])
