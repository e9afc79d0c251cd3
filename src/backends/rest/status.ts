import type { HttpResponse } from '../../net/http-client.ts'
import { BackendFailure } from '../failure.ts'
import { isWebPage } from '../http-calls.ts'

/** What an endpoint was asked about, which decides what its refusals mean. */
export type QuestionKind = 'login' | 'one' | 'many'

/**
 * Whether there is a body to read. False: the endpoint said by its status that there is nothing, or refused the login.
 * Throws `BackendFailure` when it failed.
 *
 * mxisd and ma1sd took every status outside 2xx for "no", so endpoints were written that say "no" with 404, or with 401
 * for a wrong password. A broken service looks the same. What tells them apart: an endpoint's own "no" is empty or JSON,
 * never a web page; and 401 or 403 is about a password only where Signpost sends no credentials of its own.
 */
export function hasAnswer(response: HttpResponse, kind: QuestionKind, ask: AskedEndpoint): boolean {
  const { status } = response
  if (status >= 200 && status < 300) return true
  if (status >= 300 && status < 400) throw redirected(response, ask)
  if (isOwnWord(response)) {
    if (status === 404) return false
    if ((status === 400 || status === 422) && kind !== 'many') return false
    if ((status === 401 || status === 403) && kind === 'login' && !ask.withCredentials) return false
  }
  throw statusFailure(status, ask)
}

export interface AskedEndpoint {
  /** Name of the setting: `endpoints.auth`. */
  readonly setting: string
  /** True when `headers` are configured. */
  readonly withCredentials: boolean
}

/** Said by the endpoint itself, not by a web server in front of it that does not know the path. */
function isOwnWord(response: HttpResponse): boolean {
  if (isWebPage(response)) return false
  const body = response.body.toString('utf8').trim()
  return body === '' || body.startsWith('{')
}

function redirected(response: HttpResponse, { setting }: AskedEndpoint): BackendFailure {
  return new BackendFailure(
    'configuration',
    `The service sends requests for ${setting} elsewhere (status ${response.status}); passwords are not sent after.`,
    'Write the URL that it leads to into url.',
  )
}

function statusFailure(status: number, { setting, withCredentials }: AskedEndpoint): BackendFailure {
  const said = `The service answered ${setting} with status ${status}`
  switch (status) {
    case 401: {
      const fix = withCredentials
        ? 'Check the secrets in headers.'
        : 'Set the header that it expects in headers.'
      return new BackendFailure('credentials', `${said}: it does not know Signpost.`, fix)
    }
    case 403:
      return new BackendFailure('forbidden', `${said}: Signpost may not ask it.`, 'Allow it in the service.')
    case 404:
    case 405:
    case 501: {
      const fix = `Check url and contract, or write an empty text into ${setting} if there is no such endpoint.`
      return new BackendFailure('configuration', `${said}: there is no such endpoint.`, fix)
    }
    case 400:
    case 422:
      return new BackendFailure('query', `${said}: it refuses the question.`, 'Its own log should say why.')
    default:
      return new BackendFailure('protocol', `${said}: it failed.`, 'Its own log should say why.')
  }
}
