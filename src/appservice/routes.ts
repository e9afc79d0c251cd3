import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSameToken, tokenOf } from '../accounts/tokens.ts'
import type { SecretReader } from '../config/secrets.ts'
import { jsonBody, optionalJsonBody, readParameters } from '../http/parameters.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { AppserviceHomeserver } from './homeserver.ts'
import { noteContact, takeTransaction, type TransactionOptions } from './transactions.ts'
import { botId, expiredId } from './users.ts'

export interface AppserviceRouteOptions extends TransactionOptions {
  readonly secrets: SecretReader
  readonly homeserver: AppserviceHomeserver
}

const transaction = z.object({ txnId: z.string().min(1).max(255), events: z.array(z.unknown()).max(10_000) })

/** Synapse before 1.81 asks without the prefix, and those before 1.90 fall back to it. */
const prefixes = ['/_matrix/app/v1', '']

/** What the homeserver tells and asks (Application Service API). */
export function addAppserviceRoutes(app: FastifyInstance, options: AppserviceRouteOptions): void {
  const { storage, runtime, config } = options
  const authenticate = async (request: FastifyRequest) => await checkToken(options, request)

  for (const prefix of prefixes) {
    app.put<{ Params: { txnId: string } }>(`${prefix}/transactions/:txnId`, async (request) => {
      await authenticate(request)
      const { txnId, events } = readParameters(transaction, { ...jsonBody(request), ...request.params })
      await takeTransaction(options, txnId, events)
      return {}
    })

    app.get<{ Params: { userId: string } }>(`${prefix}/users/:userId`, async (request) => {
      await authenticate(request)
      await answerUser(options, request.params.userId)
      return {}
    })

    app.get(`${prefix}/rooms/:alias`, async (request) => {
      await authenticate(request)
      throw new MatrixError('M_NOT_FOUND', { message: 'Signpost has no rooms.' })
    })
  }

  app.post(`${prefixes[0]}/ping`, async (request) => {
    await authenticate(request)
    optionalJsonBody(request)
    await storage.transaction(async (tx) => await noteContact(tx, runtime.clock.now()))
    return {}
  })

  /** The homeserver asks before it tells of a user that it does not have. */
  async function answerUser({ homeserver }: AppserviceRouteOptions, userId: string): Promise<void> {
    const { appservice } = config()
    if (userId === botId(config())) return await homeserver.register(appservice.senderLocalpart)
    if (appservice.rejectExpired.enabled && userId === expiredId(config())) {
      return await homeserver.register(appservice.rejectExpired.localpart)
    }
    throw new MatrixError('M_NOT_FOUND', { message: 'Signpost makes no such user.' })
  }
}

/** @throws MatrixError 401 without a token, 403 for a wrong one, as the specification says. */
async function checkToken(
  { config, secrets }: Pick<AppserviceRouteOptions, 'config' | 'secrets'>,
  request: FastifyRequest,
): Promise<void> {
  const { enabled, hsToken } = config().appservice
  if (!enabled) throw new MatrixError('M_UNRECOGNIZED')
  const token = tokenOf(request)
  if (token === null) throw new MatrixError('M_MISSING_TOKEN')
  const expected = hsToken === null ? null : await secrets.read(hsToken, 'appservice.hsToken')
  if (expected === null || !isSameToken(token, expected)) {
    throw new MatrixError('M_FORBIDDEN', { message: 'The token is not the hs_token of the registration.' })
  }
}
