import type { FastifyInstance } from 'fastify'
import type { Recorder } from '../activity/log/entry.ts'
import type { Config } from '../config/schema.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { objectBody, passOn, relay, type HomeserverApi } from '../intercepts/homeserver.ts'
import { addIntercept } from '../intercepts/target.ts'
import { MatrixError } from '../matrix/errors.ts'
import { registrationAddress } from './address.ts'
import { judgeRegistration, type RegistrationFacts } from './policy.ts'

export interface RegistrationRouteOptions extends RegistrationFacts {
  readonly config: () => Config
  readonly homeserver: HomeserverApi
  readonly limiter: RateLimiter
  readonly recorder: Recorder
}

/** `POST /register/{email,msisdn}/requestToken` of the client API. */
export function addRegistrationRoutes(app: FastifyInstance, options: RegistrationRouteOptions): void {
  const { config, homeserver, limiter, recorder } = options
  addIntercept(app, {
    method: 'POST',
    tail: 'register/:medium/requestToken',
    enabled: () => config().registration.enabled,
    handler: async (request, reply, target) => {
      // Strangers learn here which addresses are known.
      limiter.take(request.clientAddress)
      const address = registrationAddress(target.segments[1] ?? '', objectBody(request))
      const verdict = await judgeRegistration(config().registration, address, options)
      // A refusal is noted where all of them are.
      if (verdict.allowed) {
        recorder.record({
          kind: 'validation',
          action: 'registration',
          outcome: 'ok',
          address,
          requester: { ip: request.clientAddress },
          details: { because: verdict.because },
        })
      }
      if (verdict.because === 'unclear') {
        throw new MatrixError('M_UNKNOWN', {
          status: 503,
          message: 'It cannot be found out at the moment whether you may register here. Try again later.',
        })
      }
      if (!verdict.allowed) {
        throw new MatrixError('M_THREEPID_DENIED', {
          message: 'Registration with this address is not permitted here. Ask whoever runs this server.',
        })
      }
      return relay(reply, await passOn(homeserver, request, target))
    },
  })
}
