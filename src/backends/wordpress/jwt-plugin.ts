import { z } from 'zod'
import type { HttpResponse } from '../../net/http-client.ts'
import type { StepResult } from '../check.ts'
import { BackendFailure } from '../failure.ts'
import { isWebPage, readJson, type HttpCalls } from '../http-calls.ts'

/** The plugin "JWT Authentication for WP REST API": a login answers with a token, which is of no use here. */
export interface JwtPlugin {
  logIn(user: string, password: string, signal: AbortSignal): Promise<JwtAnswer>
  /** Whether the plugin is there. */
  check(signal: AbortSignal): Promise<StepResult>
}

export type JwtAnswer =
  | { readonly success: true; readonly nicename: string; readonly name: string; readonly email: string }
  | { readonly success: false; readonly reason: 'unknown-user' | 'wrong-password' | 'not-allowed' }

const namespace = 'jwt-auth/v1'
const fixOfPlugin =
  'Install and activate the plugin "JWT Authentication for WP REST API", set permalinks to anything but "plain", and check url.'

const tokenAnswer = z.object({
  user_email: z.string(),
  user_nicename: z.string(),
  user_display_name: z.string(),
})
const errorAnswer = z.object({ code: z.string() })
const namespaceAnswer = z.object({ namespace: z.string(), routes: z.record(z.string(), z.unknown()) })

/** WordPress' own codes for a refused login, which the plugin puts its name before. */
const refusals: ReadonlyMap<string, 'unknown-user' | 'wrong-password'> = new Map([
  ['invalid_username', 'unknown-user'],
  ['invalid_email', 'unknown-user'],
  ['incorrect_password', 'wrong-password'],
  ['empty_password', 'wrong-password'],
])
const pluginPrefix = '[jwt_auth] '

export function createJwtPlugin(url: string, calls: HttpCalls): JwtPlugin {
  return {
    async logIn(username, password, signal) {
      const response = await calls.request(
        {
          method: 'POST',
          url: `${url}/wp-json/${namespace}/token`,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ username, password }),
        },
        signal,
      )
      if (response.status !== 200) return { success: false, reason: refusalOf(response) }
      const answer = readJson(response, tokenAnswer, 'The answer of the JWT plugin', fixOfPlugin)
      const { user_nicename: nicename, user_display_name: name, user_email: email } = answer
      return { success: true, nicename, name, email }
    },
    async check(signal) {
      const response = await calls.request({ url: `${url}/wp-json/${namespace}` }, signal)
      if (response.status === 401) {
        const fix = 'Sites can hide their REST API from strangers; see whether a login works all the same.'
        return { outcome: 'warning', detail: 'The site does not tell strangers what it can do.', fix }
      }
      if (response.status !== 200) throw explain(response)
      const { routes } = readJson(response, namespaceAnswer, 'The list of the REST API', fixOfPlugin)
      if (Object.hasOwn(routes, `/${namespace}/token`)) return { detail: 'The JWT plugin is there.' }
      throw new BackendFailure('configuration', 'The JWT plugin is there, but takes no logins.', fixOfPlugin)
    },
  }
}

/** Why a login was refused. Throws `BackendFailure` when it is not about the login. */
function refusalOf(response: HttpResponse): 'unknown-user' | 'wrong-password' | 'not-allowed' {
  const code = codeOf(response)
  if (response.status !== 403 || !code.startsWith(pluginPrefix)) throw explain(response)
  // Other codes come from plugins that have a say in logins: blocked, not activated, a second factor.
  return refusals.get(code.slice(pluginPrefix.length)) ?? 'not-allowed'
}

function explain(response: HttpResponse): BackendFailure {
  const { status } = response
  const code = codeOf(response)
  if (status >= 300 && status < 400) {
    const place = URL.parse(response.headers['location'] ?? '')?.origin
    return new BackendFailure(
      'configuration',
      `The site sends us elsewhere${place === undefined ? '' : `, to ${place}`}; passwords are not sent after.`,
      place === undefined ? 'Write the final address into url.' : `Write ${place} into url, with its path.`,
    )
  }
  if (code === 'jwt_auth_bad_config') {
    return new BackendFailure(
      'configuration',
      'The JWT plugin is not set up.',
      'Define JWT_AUTH_SECRET_KEY in wp-config.php of the site, as the plugin describes.',
    )
  }
  if (status === 404) {
    return new BackendFailure('configuration', 'The site has no JWT plugin at this address.', fixOfPlugin)
  }
  if (status === 401 || status === 403) {
    const fix = 'Let Signpost through in the security plugins of the site, or in the server before it.'
    return new BackendFailure('forbidden', `The site refuses requests for its REST API (${status}).`, fix)
  }
  const fix = 'See the error log of the site, and whether its pages work.'
  return new BackendFailure('protocol', `The site answered with status ${status}.`, fix)
}

/** The code of an error of the REST API; empty for answers that are none. */
function codeOf(response: HttpResponse): string {
  if (isWebPage(response)) return ''
  try {
    return errorAnswer.safeParse(response.json()).data?.code ?? ''
  } catch {
    return ''
  }
}
