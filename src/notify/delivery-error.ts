export interface DeliveryErrorOptions {
  /** True when another attempt with the same message cannot succeed. */
  readonly permanent: boolean
  /** Kebab-case, stable; what code and the GUI decide by. */
  readonly code: string
  /** What happened and what to do about it, for the operator. Addresses in it are masked, secrets never belong here. */
  readonly detail: string
  readonly cause?: unknown
}

/** A mail or text message was not taken. */
export class DeliveryError extends Error {
  readonly permanent: boolean
  readonly code: string
  readonly detail: string

  constructor(options: DeliveryErrorOptions) {
    const detail = maskAddresses(options.detail)
    super(`${options.code}: ${detail}`, { cause: options.cause })
    this.name = 'DeliveryError'
    this.permanent = options.permanent
    this.code = options.code
    this.detail = detail
  }
}

const longestDetail = 400

/**
 * Foreign answers quote the recipient ("550 <bob@example.org> unknown"), and they end in logs and in the outbox: local
 * parts and long digit runs are cut, and the text becomes one line.
 */
export function maskAddresses(text: string): string {
  const masked = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[^\s<>@"':]+@(?=[^\s<>@"']+)/gu, '***@')
    .replace(/\+?\d{5,}(?=\d{2})/g, '***')
  return masked.length > longestDetail ? `${masked.slice(0, longestDetail)}…` : masked
}
