import type { FastifyInstance } from 'fastify'
import type { Recorder } from '../activity/log/entry.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { relay } from '../intercepts/homeserver.ts'
import { asRefused, RefusedSession, type Sessions } from '../intercepts/sessions.ts'
import { addIntercept } from '../intercepts/target.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Clock } from '../runtime.ts'
import { searchPeople, type SearchPeopleOptions } from './search-people.ts'

export interface DirectoryRouteOptions extends SearchPeopleOptions {
  readonly sessions: Sessions
  readonly limiter: RateLimiter
  readonly recorder: Recorder
  readonly clock: Clock
}

/** `POST /user_directory/search` of the client API. */
export function addDirectoryRoutes(app: FastifyInstance, options: DirectoryRouteOptions): void {
  const { config, sessions, limiter, recorder, clock } = options
  addIntercept(app, {
    method: 'POST',
    tail: 'user_directory/search',
    enabled: () => config().directory.enabled,
    handler: async (request, reply, target) => {
      const session = await sessions.of(request).catch(asRefused)
      if (session instanceof RefusedSession) return relay(reply, session.response)
      if (session.isGuest) {
        throw new MatrixError('M_FORBIDDEN', { message: 'Guests cannot search for people.' })
      }
      limiter.take(session.userId)
      const begun = clock.now()
      const answer = await searchPeople(options, request, target, session)
      if ('status' in answer) {
        if (answer.status === 401) sessions.forget(request)
        return relay(reply, answer)
      }
      // What was looked for is not kept: it is what people type, letter by letter.
      if (recorder.hasRoom()) {
        recorder.record({
          kind: 'lookup',
          action: 'search',
          outcome: answer.results.length > 0 ? 'ok' : 'nothing',
          requester: { user: session.userId },
          durationMs: clock.now() - begun,
          details: { found: answer.results.length },
        })
      }
      const results = answer.results.map(({ mxid, displayName, avatarUrl }) => ({
        user_id: mxid,
        display_name: displayName,
        avatar_url: avatarUrl,
      }))
      return reply.send({ limited: answer.limited, results })
    },
  })
}
