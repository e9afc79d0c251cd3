import type { FastifyInstance } from 'fastify'
import { jsonBody } from '../http/parameters.ts'
import { passOn, relay } from '../intercepts/homeserver.ts'
import { addIntercept } from '../intercepts/target.ts'
import { isJsonObject } from '../matrix/canonical-json.ts'
import { MatrixError } from '../matrix/errors.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { SignIn } from './authenticate.ts'
import {
  checkCredentials,
  credentialsSchema,
  type CheckCredentialsOptions,
  type Credentials,
} from './check-credentials.ts'
import { logIn, type LoginOptions } from './login.ts'
import type { ProviderGate } from './provider-gate.ts'

/** The login of the client API: who may sign in how is asked of the homeserver, and signing in goes through `logIn`. */
export function addLoginRoutes(
  app: FastifyInstance,
  options: LoginOptions & { readonly enabled: () => boolean },
): void {
  const { enabled, homeserver } = options
  addIntercept(app, {
    method: 'GET',
    tail: 'login',
    enabled,
    handler: async (request, reply, target) => relay(reply, await passOn(homeserver, request, target)),
  })
  addIntercept(app, {
    method: 'POST',
    tail: 'login',
    enabled,
    handler: async (request, reply, target) => relay(reply, await logIn(options, request, target)),
  })
}

/** What password provider modules have called since mxisd; no reverse proxy leads here. */
export const checkCredentialsPath = '/_matrix-internal/identity/v1/check_credentials'

export function addProviderRoute(
  app: FastifyInstance,
  options: CheckCredentialsOptions & { readonly gate: ProviderGate },
): void {
  app.post(checkCredentialsPath, async (request) => {
    await options.gate(request)
    const user = await checkCredentials(options, readCredentials(jsonBody(request)))
    return { auth: user === null ? { success: false } : success(user) }
  })
}

/** @throws MatrixError */
function readCredentials(body: Record<string, unknown>): Credentials {
  if (!isJsonObject(body['user'])) throw new MatrixError('M_BAD_JSON')
  const read = credentialsSchema.safeParse(body)
  if (!read.success) throw new MatrixError('M_MISSING_PARAMS')
  const { user } = read.data
  if ('id' in user && parseUserId(user.id) === null) {
    throw new MatrixError('M_INVALID_PARAM', { message: 'Invalid user.id: not a Matrix ID' })
  }
  return user
}

/** `profile` has to be there: modules index it. The name comes twice, for those of before 2018. */
function success({ mxid, displayName, threepids }: SignIn) {
  const name = displayName === null ? {} : { display_name: displayName }
  const three_pids = threepids.map(({ medium, address }) => ({ medium, address }))
  return { success: true, mxid, ...name, profile: { ...name, three_pids } }
}
