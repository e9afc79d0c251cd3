import { BackendFailure } from '../../failure.ts'
import { connectFailure } from './socket-failure.ts'
import type { LdapServer } from './server.ts'

/** OpenSSL's and Node's names of what can be wrong with a certificate. */
const unknownAuthority: readonly string[] = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
]
const noTls: readonly string[] = [
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
]
const oldTls: readonly string[] = [
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_DH_KEY_TOO_SMALL',
  'ERR_SSL_EE_KEY_TOO_SMALL',
]

/** Why TLS with a server failed. */
export function tlsFailure({ label, host }: LdapServer, error: unknown): BackendFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const failure = (message: string, fix: string) => new BackendFailure('tls', message, fix, error)
  if (unknownAuthority.includes(code)) {
    const fix = 'Save the certificate of that authority as a PEM file and name it in "caFile".'
    return failure(`The certificate of ${label} comes from an authority that is not known here.`, fix)
  }
  if (noTls.includes(code)) {
    const fix = 'Use ldap:// with "startTls", or the port for ldaps://, which is 636.'
    return failure(`${label} does not speak TLS on this port.`, fix)
  }
  if (oldTls.includes(code)) {
    const fix = 'Switch TLS 1.2 or newer on in the directory.'
    return failure(`${label} speaks only versions or ciphers of TLS that are no longer safe.`, fix)
  }
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return failure(
        `The certificate of ${label} is signed by itself.`,
        'Save it as a PEM file and name it in "caFile", or give the directory one of an authority.',
      )
    case 'CERT_HAS_EXPIRED':
      return failure(`The certificate of ${label} has expired.`, 'Renew it in the directory.')
    case 'CERT_NOT_YET_VALID':
      return failure(`The certificate of ${label} is not valid yet.`, 'Check the clocks of both machines.')
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return failure(
        `The certificate of ${label} is not for "${host}", but for: ${namesOf(error)}.`,
        'Write one of these names in "servers", or give the directory a certificate with its name.',
      )
    case 'ECONNRESET':
    case '':
      return failure(
        `${label} broke off TLS. A directory without a certificate does that.`,
        'Give the directory a certificate; Active Directory needs one for ldaps:// and STARTTLS.',
      )
    default:
      return code.startsWith('E') && !code.startsWith('ERR_') && code !== 'EPROTO'
        ? connectFailure(label, error)
        : failure(`TLS with ${label} failed (${code}).`, 'Check the TLS settings of the directory.')
  }
}

function namesOf(error: unknown): string {
  const certificate =
    error instanceof Error && 'cert' in error ? (error.cert as { readonly subjectaltname?: string }) : {}
  return certificate.subjectaltname?.replaceAll(/\b(?:DNS|IP Address):/g, '') ?? 'nobody by name'
}

/** The server has no STARTTLS, or does not want it now. */
export function startTlsRefused(label: string, code: number): BackendFailure {
  return new BackendFailure(
    'tls',
    `${label} refused STARTTLS with result ${code}.`,
    'Use ldaps:// in "servers", or give the directory a certificate.',
  )
}
