import { startHttpPeer, json, type Handler, type HttpPeer } from '../../../support/http-peer.ts'
import { school } from '../../support/school.ts'

/** A WordPress site with the plugin "JWT Authentication for WP REST API", as far as logins go. */
export interface JwtSite extends HttpPeer {
  readonly url: string
  /** Answers logins in another way from now on. */
  answer(handler: Handler): void
  /** Answers again as the plugin does. */
  heal(): void
}

const routes = { '/jwt-auth/v1': {}, '/jwt-auth/v1/token': {}, '/jwt-auth/v1/token/validate': {} }

export async function startJwtSite(path = '/blog'): Promise<JwtSite> {
  const base = `${path}/wp-json/jwt-auth/v1`
  let login: Handler = plugin
  const peer = await startHttpPeer({
    handler: (request, response) => {
      if (request.method === 'GET' && request.url === base) {
        json(200, { namespace: 'jwt-auth/v1', routes })(request, response)
      } else if (request.method === 'POST' && request.url === `${base}/token`) {
        login(request, response)
      } else {
        json(404, error('rest_no_route', 404))(request, response)
      }
    },
  })
  return Object.assign(peer, {
    url: `http://127.0.0.1:${peer.port}${path}`,
    answer: (handler: Handler) => {
      login = handler
    },
    heal: () => {
      login = plugin
    },
  })
}

/** A refusal in the form of WordPress' REST API. */
export const error = (code: string, status: number) => ({
  code,
  message: '<strong>Error</strong>',
  data: { status },
})

/** WordPress finds users by login or by e-mail address. */
const plugin: Handler = (request, response) => {
  const { username, password } = JSON.parse(request.body) as { username: string; password: string }
  const person = school.find(({ localpart, emails }) =>
    [localpart, ...emails].some((name) => name.toLowerCase() === username.toLowerCase()),
  )
  if (person === undefined) {
    const code = username.includes('@') ? 'invalid_email' : 'invalid_username'
    json(403, error(`[jwt_auth] ${code}`, 403))(request, response)
  } else if (person.password.trim() !== password.trim()) {
    json(403, error('[jwt_auth] incorrect_password', 403))(request, response)
  } else {
    const token = 'header.payload.signature'
    const [email = ''] = person.emails
    const { localpart: nicename, name } = person
    const answer = { token, user_email: email, user_nicename: nicename, user_display_name: name }
    json(200, answer)(request, response)
  }
}
