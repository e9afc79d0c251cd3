import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { tokenOf } from '../accounts/tokens.ts'
import type { Config } from '../config/schema.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { passOn, readAnswer, relay, type HomeserverApi } from '../intercepts/homeserver.ts'
import type { People } from '../intercepts/people.ts'
import type { Sessions } from '../intercepts/sessions.ts'
import { addIntercept, decodeSegment, type Target } from '../intercepts/target.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { HttpResponse } from '../net/http-client.ts'
import { enrichProfile, namesFrom } from './enrich.ts'

export interface ProfileRouteOptions {
  readonly config: () => Config
  readonly homeserver: HomeserverApi
  readonly people: People
  readonly sessions: Sessions
  readonly limiter: RateLimiter
}

const profileSchema = z.record(z.string(), z.unknown())

/** `GET /profile/{userId}` and `GET /profile/{userId}/{field}` of the client API. */
export function addProfileRoutes(app: FastifyInstance, options: ProfileRouteOptions): void {
  const { config, homeserver, limiter } = options
  addIntercept(app, {
    method: 'GET',
    tail: 'profile/*',
    enabled: () => config().profile.enabled,
    handler: async (request, reply, target) => {
      limiter.take(request.clientAddress)
      const answer = await passOn(homeserver, request, target)
      const userId = ownUser(target, config().matrix.domain)
      const body = answer.status === 200 ? readAnswer(answer, profileSchema) : null
      // A user whom the homeserver does not know has no profile, whatever a directory says.
      if (userId === null || body === null) return relay(reply, answer)
      return await enriched(options, { request, reply, target, answer, userId, body })
    },
  })
}

interface Enriching {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly target: Target
  readonly answer: HttpResponse
  readonly userId: string
  readonly body: Record<string, unknown>
}

async function enriched(
  { config, people, sessions }: ProfileRouteOptions,
  { request, reply, target, answer, userId, body }: Enriching,
): Promise<FastifyReply> {
  const settings = config().profile
  const [, , field, ...rest] = target.segments
  const isWhole = field === undefined
  if (!isWhole && (field !== 'displayname' || rest.length > 0)) return relay(reply, answer)
  const known = await people.profile(userId)
  if (!known.isKnown) return relay(reply, answer)
  if (!isWhole) {
    if (!namesFrom(body['displayname'], known, settings)) return relay(reply, answer)
    return relay(reply, withBody(answer, { ...body, displayname: known.displayName }))
  }
  const isPrivate = settings.threepids || settings.roles
  const isSignedIn = isPrivate && (await isUser(sessions, request))
  return relay(reply, withBody(answer, enrichProfile(body, known, settings, isSignedIn)))
}

const withBody = (answer: HttpResponse, body: Record<string, unknown>): HttpResponse => ({
  ...answer,
  body: Buffer.from(JSON.stringify(body)),
})

/** A profile may be public; what the organisation knows beyond it is for its own people. */
async function isUser(sessions: Sessions, request: FastifyRequest): Promise<boolean> {
  if (tokenOf(request) === null) return false
  const session = await sessions.of(request).catch(() => null)
  return session !== null && !session.isGuest
}

function ownUser({ segments }: Target, domain: string): string | null {
  const userId = decodeSegment(segments[1] ?? '')
  return userId !== null && parseUserId(userId)?.serverName === domain ? userId : null
}
