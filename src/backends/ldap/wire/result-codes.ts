import { BackendFailure } from '../../failure.ts'

/** Results of LDAP that mean something to us (RFC 4511, section 4.1.9 and appendix A). */
export const resultCode = {
  success: 0,
  operationsError: 1,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  authMethodNotSupported: 7,
  strongerAuthRequired: 8,
  referral: 10,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  confidentialityRequired: 13,
  constraintViolation: 19,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
} as const

/** How an operation ended. */
export interface LdapResult {
  readonly code: number
  /** The server's words. May name people: not for messages. */
  readonly diagnostic: string
}

const encryptFix = 'Use ldaps:// in "servers", or switch "startTls" on.'

/** Failures that any operation can end with; null for the others. */
export function commonFailure(server: string, { code, diagnostic }: LdapResult): BackendFailure | null {
  const cause = diagnostic === '' ? undefined : new Error(diagnostic)
  switch (code) {
    case resultCode.strongerAuthRequired:
      return new BackendFailure('tls', `${server} wants signed or encrypted connections.`, encryptFix, cause)
    case resultCode.confidentialityRequired:
      return new BackendFailure('tls', `${server} wants encrypted connections.`, encryptFix, cause)
    case resultCode.busy:
    case resultCode.unavailable: {
      const fix = 'Look at the state of the directory server.'
      return new BackendFailure('connect', `${server} says that it is busy or shutting down.`, fix, cause)
    }
    default:
      return null
  }
}

/** Why a search of ours failed. */
export function searchFailure(server: string, base: string, result: LdapResult): BackendFailure {
  const cause = result.diagnostic === '' ? undefined : new Error(result.diagnostic)
  const failure = (code: BackendFailure['code'], message: string, fix: string) =>
    new BackendFailure(code, message, fix, cause)
  const rights = 'Give the account of "bindDn" the right to search and read there.'
  const { code } = result
  switch (code) {
    case resultCode.noSuchObject:
      return failure(
        'configuration',
        `The base "${base}" does not exist on ${server}, or the account may not see it.`,
        'Correct "bases", or give the account of "bindDn" the right to read there.',
      )
    case resultCode.invalidDnSyntax:
      return failure('configuration', `"${base}" is not the name of an entry.`, 'Correct "bases".')
    case resultCode.referral:
      return failure(
        'configuration',
        `${server} does not hold "${base}" and points to other servers.`,
        'Name the servers that hold it in "servers".',
      )
    case resultCode.insufficientAccessRights:
      return failure('forbidden', `The account may not search "${base}" on ${server}.`, rights)
    // Active Directory's answer to a search without a login.
    case resultCode.operationsError:
      return failure('forbidden', `${server} refused to search "${base}".`, `Log in with "bindDn". ${rights}`)
    case resultCode.sizeLimitExceeded:
    case resultCode.adminLimitExceeded:
      return failure(
        'query',
        `${server} brings no more entries at once than its own limit, so that people would be missing.`,
        'Raise the size limit of the directory for the account of "bindDn", or allow paged results; or narrow down "bases" and "filter".',
      )
    case resultCode.timeLimitExceeded:
      return failure(
        'timeout',
        `${server} gave up a search that took too long.`,
        'Index the attributes of users, names, mail addresses and phone numbers in the directory.',
      )
    default:
      return (
        commonFailure(server, result) ??
        failure(
          'query',
          `${server} refused a search with result ${code}.`,
          'Check "filter", "filters" and "bases".',
        )
      )
  }
}

/** Why we could not log in with our own account. */
export function loginFailure(server: string, result: LdapResult, anonymous: boolean): BackendFailure {
  const common = commonFailure(server, result)
  if (common !== null) return common
  const cause = result.diagnostic === '' ? undefined : new Error(result.diagnostic)
  const failure = (message: string, fix: string) => new BackendFailure('credentials', message, fix, cause)
  if (anonymous) {
    const fix = 'Write an account to log in with: "bindDn" and "bindPassword".'
    return failure(`${server} lets nobody in without a login (result ${result.code}).`, fix)
  }
  if (result.code === resultCode.invalidDnSyntax)
    return failure('The name of the account is not one that the directory knows.', 'Correct "bindDn".')
  const why = accountTrouble(result)
  if (why !== null)
    return failure(
      `${server} refused the account of Signpost: ${why}.`,
      'Put the account in order in the directory.',
    )
  return result.code === resultCode.invalidCredentials
    ? failure(`${server} refused the account or its password.`, 'Correct "bindDn" or "bindPassword".')
    : failure(`${server} refused the login with result ${result.code}.`, 'Correct "bindDn", or the account.')
}

/** Active Directory's reasons (its documentation of error 49: `data` and a Windows error in hexadecimal). */
const activeDirectoryReasons: ReadonlyMap<string, string> = new Map([
  ['530', 'it may not log in at this time'],
  ['531', 'it may not log in from here'],
  ['532', 'its password has expired'],
  ['533', 'it is disabled'],
  ['701', 'it has expired'],
  ['773', 'its password has to be changed first'],
  ['775', 'it is locked'],
])

/**
 * What keeps an account out whose password may well be right; null when that is not known. Active Directory has one
 * code for all of it, and tells the reason in the text alone.
 */
export function accountTrouble({ code, diagnostic }: LdapResult): string | null {
  if (code === resultCode.invalidCredentials) {
    const reason = /\bdata ([0-9a-f]+)\b/.exec(diagnostic)?.[1]
    return activeDirectoryReasons.get(reason ?? '') ?? null
  }
  // 389 and eDirectory: locked after wrong passwords (19), inactivated (53), no password set (48).
  const refusals: readonly number[] = [
    resultCode.constraintViolation,
    resultCode.unwillingToPerform,
    resultCode.inappropriateAuthentication,
    resultCode.insufficientAccessRights,
  ]
  return refusals.includes(code) ? 'the directory does not let it in' : null
}
