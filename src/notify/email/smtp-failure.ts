import type { SmtpSettings } from './smtp-options.ts'
import { DeliveryError } from './transport.ts'

/** The members nodemailer and Node put on an error; nothing is read from message texts. */
export interface SmtpFailure {
  readonly code?: string
  /** Node's or OpenSSL's code, where nodemailer put its own into `code`. */
  readonly originalCode?: string
  readonly responseCode?: number
  readonly response?: string
  readonly command?: string
  readonly message?: string
}

/** Commands whose 5xx reply is about this mail and its recipient, not about the way to the server. */
const messageCommands: ReadonlySet<string> = new Set(['RCPT TO', 'DATA'])

/** Whatever nodemailer rejected with, as a DeliveryError. */
export function readSmtpFailure(error: unknown, settings: SmtpSettings): DeliveryError {
  if (error instanceof DeliveryError) return error
  const failure: SmtpFailure = typeof error === 'object' && error !== null ? error : {}
  const answer = failure.response ?? failure.message ?? 'no answer'
  const make = (permanent: boolean, code: string, detail: string) =>
    new DeliveryError({ permanent, code, detail, cause: error })

  const tls = tlsAdvice(failure, settings)
  if (tls !== null) return make(false, 'smtp-tls', tls)
  if (failure.code === 'EAUTH') {
    return make(false, 'smtp-login', `The mail server did not accept the login: ${answer}`)
  }
  if (failure.responseCode !== undefined && failure.responseCode >= 400) {
    return make(
      isFinal(failure),
      'smtp-rejected',
      `The mail server answered ${failure.command ?? ''}: ${answer}`,
    )
  }
  if (failure.code === 'EENVELOPE' || failure.code === 'EMESSAGE') return make(true, 'smtp-message', answer)
  if (failure.code === 'ETIMEDOUT')
    return make(false, 'smtp-timeout', `The mail server is too slow: ${answer}`)
  return make(false, 'smtp-connection', `No working connection to the mail server: ${answer}`)
}

/** 503 says the session was out of order, not that the mail is bad; 530 asks for TLS or a login first. */
function isFinal({ responseCode = 0, command = '' }: SmtpFailure): boolean {
  return responseCode >= 500 && responseCode !== 503 && responseCode !== 530 && messageCommands.has(command)
}

/** For a TLS failure: the cause and the fix; `null` for any other failure. */
export function tlsAdvice(failure: SmtpFailure, { config }: SmtpSettings): string | null {
  const code = tlsCode(failure)
  if (code === null) return failure.code === 'ETLS' ? withoutTls(failure) : null
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `The certificate of the mail server is for another name than ${config.host}. Enter the name that stands in the certificate as smtp.host.`
  }
  if (code === 'CERT_HAS_EXPIRED') return 'The certificate of the mail server has expired. Renew it there.'
  if (code.startsWith('ERR_SSL')) {
    return `The mail server did not speak TLS as expected (${code}). Port 465 wants implicit TLS, 587 and 25 want STARTTLS.`
  }
  return `The certificate of the mail server is not trusted (${code}). Name its CA in smtp.caFile, or, for a server on this machine, set smtp.security to none.`
}

function withoutTls(failure: SmtpFailure): string {
  return `TLS with the mail server failed: ${failure.response ?? failure.message ?? 'STARTTLS is not offered'}. Nothing was sent. Check smtp.security and the port.`
}

const tlsCodes = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_)/

/** OpenSSL's verification codes and Node's own. */
export function tlsCode(failure: SmtpFailure): string | null {
  for (const code of [failure.originalCode, failure.code]) {
    if (code !== undefined && tlsCodes.test(code)) return code
  }
  return null
}
