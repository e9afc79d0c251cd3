/** Where an outgoing request failed. */
export type HttpFailureCode =
  | 'refused-address'
  | 'bad-url'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'too-large'
  | 'redirect'
  | 'bad-json'

/**
 * An outgoing request that brought no usable answer. `message` is for the operator's log: it may name addresses of
 * the local network and never belongs into an answer to a stranger.
 */
export class HttpFailure extends Error {
  readonly code: HttpFailureCode
  /** True when the peer may have received the request, so that repeating it is not safe for every request. */
  readonly mayHaveArrived: boolean

  constructor(
    code: HttpFailureCode,
    message: string,
    options: { readonly mayHaveArrived: boolean; readonly cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.name = 'HttpFailure'
    this.code = code
    this.mayHaveArrived = options.mayHaveArrived
  }
}
