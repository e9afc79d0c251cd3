import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { jsonBody, optionalJsonBody, readParameters } from '../http/parameters.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import type { Accounts } from './accounts.ts'
import { tokenOf } from './tokens.ts'

const registerSchema = z.object({
  access_token: z.string().min(1).max(4096),
  matrix_server_name: z.string().min(1).max(255),
  // Clients send only the two above, although the specification requires this and `expires_in` as well.
  token_type: z
    .string()
    .regex(/^bearer$/i, 'has to be Bearer')
    .optional(),
})

/** One URL alone is what some clients send instead of a list. */
const acceptSchema = z.object({
  user_accepts: z.union([z.array(z.string()).max(100), z.string().transform((url) => [url])]),
})

export interface AccountRouteOptions {
  readonly accounts: Accounts
  readonly config: () => Config
  readonly registerLimiter: RateLimiter
  readonly limiter: RateLimiter
}

/** Identity Service API, "Authentication" and "Terms of service". */
export function addAccountRoutes(app: FastifyInstance, prefix: string, options: AccountRouteOptions): void {
  const { accounts } = options

  app.post(`${prefix}/account/register`, async (request) => {
    options.registerLimiter.take(request.clientAddress)
    const { matrix_server_name, access_token } = readParameters(registerSchema, jsonBody(request))
    const token = await accounts.register(matrix_server_name, access_token)
    // Clients from before r0.3.0 was final read `access_token`.
    return { token, access_token: token }
  })

  app.get(`${prefix}/account`, async (request) => ({ user_id: await accounts.authenticate(request) }))

  app.post(`${prefix}/account/logout`, async (request) => {
    optionalJsonBody(request)
    await accounts.logout(tokenOf(request))
    return {}
  })

  app.get(`${prefix}/terms`, async (request) => {
    options.limiter.take(request.clientAddress)
    return { policies: options.config().terms }
  })

  app.post(`${prefix}/terms`, async (request) => {
    const userId = await accounts.authenticate(request, true)
    const { user_accepts } = readParameters(acceptSchema, jsonBody(request))
    await accounts.accept(userId, user_accepts)
    return {}
  })
}
