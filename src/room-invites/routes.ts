import type { FastifyInstance } from 'fastify'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { objectBody, passOn, relay, type HomeserverApi } from '../intercepts/homeserver.ts'
import { asRefused, RefusedSession, type Sessions } from '../intercepts/sessions.ts'
import { addIntercept, type InterceptHandler } from '../intercepts/target.ts'
import { checkInviter, countInvitations, isInviting, type InviterOptions } from './policy.ts'

export interface RoomInviteRouteOptions extends InviterOptions {
  readonly homeserver: HomeserverApi
  readonly sessions: Sessions
  readonly limiter: RateLimiter
}

/** A homeserver may ask those of many invited people before it answers, and reverse proxies wait a minute. */
const TIMEOUT_MS = 58_000

/**
 * Invitations into rooms, and new rooms that begin with some. Synapse takes both by PUT, too, with a transaction ID at
 * the end of the path. What else arrives on these paths is the homeserver's.
 */
export function addRoomInviteRoutes(app: FastifyInstance, options: RoomInviteRouteOptions): void {
  const { rules, homeserver, sessions, limiter } = options
  const handler: InterceptHandler = async (request, reply, target) => {
    const body = isInviting(request.method, target.segments) ? objectBody(request) : {}
    const invitations = countInvitations(target.segments, body)
    if (invitations > 0) {
      const session = await sessions.of(request).catch(asRefused)
      if (session instanceof RefusedSession) return relay(reply, session.response)
      await checkInviter(options, session.userId)
      limiter.take(session.userId, invitations)
    }
    return relay(reply, await passOn(homeserver, request, target, { timeoutMs: TIMEOUT_MS }))
  }
  const enabled = () => rules().enabled
  for (const tail of ['createRoom', 'rooms/*']) addIntercept(app, { method: 'POST', tail, enabled, handler })
  for (const tail of ['createRoom/*', 'rooms/*']) addIntercept(app, { method: 'PUT', tail, enabled, handler })
}
