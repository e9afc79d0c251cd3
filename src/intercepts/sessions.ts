import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { tokenOf } from '../accounts/tokens.ts'
import { MatrixError } from '../matrix/errors.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { HttpResponse } from '../net/http-client.ts'
import type { Clock } from '../runtime.ts'
import { homeserverHeaders, readAnswer, type HomeserverApi } from './homeserver.ts'

/** Whose token a request carries. */
export interface Session {
  readonly userId: string
  readonly isGuest: boolean
}

/** The homeserver has looked at the token and refused it: its answer goes to the client as it is. */
export class RefusedSession extends Error {
  override readonly name = 'RefusedSession'
  readonly response: HttpResponse

  constructor(response: HttpResponse) {
    super('The homeserver refused the token.')
    this.response = response
  }
}

/** Asks the homeserver whose token a request carries, and remembers it for a while. */
export interface Sessions {
  /**
   * @throws RefusedSession for a token that is not valid.
   * @throws MatrixError `M_MISSING_TOKEN` without a token; 502 or 504 when the homeserver cannot be asked about it.
   */
  of(request: FastifyRequest): Promise<Session>
  /** The homeserver no longer knows the token of this request. */
  forget(request: FastifyRequest): void
}

/** How long an answer counts; a client that is logged out meanwhile is found out by the homeserver's next answer. */
const FRESH_MS = 5 * 60_000
/** While the homeserver is down, its last word counts for this long. */
const STALE_MS = 30 * 60_000
const MAX_SESSIONS = 20_000

const whoamiSchema = z.looseObject({
  user_id: z.string().refine((text) => parseUserId(text) !== null),
  is_guest: z.boolean().default(false),
})

export function createSessions(homeserver: HomeserverApi, clock: Clock): Sessions {
  // By hash: a token never lies about in memory for longer than its request.
  const known = new LRUCache<string, { readonly session: Session; readonly at: number }>({
    max: MAX_SESSIONS,
  })

  async function ask(request: FastifyRequest, token: string): Promise<Session> {
    const headers = { ...homeserverHeaders(request), authorization: `Bearer ${token}` }
    const path = '/_matrix/client/v3/account/whoami'
    const answer = await homeserver.request({ method: 'GET', path, headers })
    if (answer.status >= 500) throw new MatrixError('M_UNKNOWN', { status: 502 })
    if (answer.status !== 200) throw new RefusedSession(answer)
    const read = readAnswer(answer, whoamiSchema)
    if (read === null) throw new MatrixError('M_UNKNOWN', { status: 502 })
    return { userId: read.user_id, isGuest: read.is_guest }
  }

  return {
    async of(request) {
      const token = clientToken(request)
      const key = keyOf(token)
      const former = known.get(key)
      if (former !== undefined && clock.now() < former.at + FRESH_MS) return former.session
      try {
        const session = await ask(request, token)
        known.set(key, { session, at: clock.now() })
        return session
      } catch (error) {
        if (error instanceof RefusedSession) known.delete(key)
        else if (former !== undefined && clock.now() < former.at + STALE_MS) return former.session
        throw error
      }
    },
    forget(request) {
      const token = tokenOf(request)
      if (token !== null) known.delete(keyOf(token))
    },
  }
}

const keyOf = (token: string) => hash('sha256', token, 'base64url')

function clientToken(request: FastifyRequest): string {
  const token = tokenOf(request)
  if (token === null) throw new MatrixError('M_MISSING_TOKEN')
  return token
}

/** For `catch`: hands a refusal over, throws everything else. */
export function asRefused(error: unknown): RefusedSession {
  if (error instanceof RefusedSession) return error
  throw error
}
