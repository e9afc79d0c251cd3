import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { MatrixError } from '../matrix/errors.ts'

/**
 * The versions under which homeservers answer their client API. A list that leaves one out leaves a way around what is
 * decided here.
 */
export const clientVersions = ['api/v1', 'r0', 'v3', 'unstable'] as const

/** Where a request for the client API goes, exactly as it was sent. */
export interface Target {
  /** `/_matrix/client/v3/login`, without a trailing slash. */
  readonly path: string
  /** What follows the version, in its segments, still percent-encoded: `['rooms', '!a%3Ab', 'invite']`. */
  readonly segments: readonly string[]
  /** With its question mark; empty when there is none. */
  readonly query: string
}

const clientPath = new RegExp(`^/_matrix/client/(?:${clientVersions.join('|')})/(.+?)/?$`)

/**
 * Reads the raw target of a request. Fastify matches routes by a path that is decoded and without double slashes, and the
 * homeserver gets it as it came: what looks different to the two of them is refused, or it could be decided about one
 * thing and done to another.
 * @throws MatrixError `M_UNRECOGNIZED`.
 */
export function readTarget(request: FastifyRequest): Target {
  const raw = request.raw.url ?? ''
  const mark = raw.indexOf('?')
  const path = mark === -1 ? raw : raw.slice(0, mark)
  const query = mark === -1 ? '' : raw.slice(mark)
  const [, tail] = clientPath.exec(path) ?? []
  const parsed = URL.parse(raw, 'http://homeserver.invalid')
  // URL parsers take out dots and turn backslashes around; whatever they change is no path of a Matrix client.
  const isPlain = parsed !== null && parsed.origin === 'http://homeserver.invalid' && parsed.pathname === path
  if (tail === undefined || !isPlain || parsed.search !== (query === '?' ? '' : query)) throw oddPath()
  const segments = tail.split('/')
  if (!segments.every(isPlainSegment)) throw oddPath()
  return { path: path.replace(/\/$/, ''), segments, query: query === '?' ? '' : query }
}

/** Letters, digits, `-._~` in percent-encoding: no client does that, and some servers read `%69nvite` as `invite`. */
const needlesslyEncoded = /%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/i

/** Neither empty nor a step, however it is encoded, and readable in one way only. */
function isPlainSegment(segment: string): boolean {
  const text = needlesslyEncoded.test(segment) ? null : decodeSegment(segment)
  return text !== null && text !== '' && text !== '.' && text !== '..' && !/[\0\\]/.test(text)
}

/** The text of one segment; null for broken percent-encoding. */
export function decodeSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

function oddPath(): MatrixError {
  return new MatrixError('M_UNRECOGNIZED', {
    status: 400,
    message: 'The path is not written as Matrix clients write it.',
  })
}

export type InterceptHandler = (
  request: FastifyRequest,
  reply: FastifyReply,
  target: Target,
) => Promise<FastifyReply>

export interface InterceptRoute {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** What follows the version: `login`. */
  readonly tail: string
  /** False: the endpoint is not there. Asked with every request. */
  readonly enabled: () => boolean
  readonly handler: InterceptHandler
}

/** Adds an endpoint of the client API under every version. */
export function addIntercept(app: FastifyInstance, { method, tail, enabled, handler }: InterceptRoute): void {
  for (const version of clientVersions) {
    app.route({
      method,
      url: `/_matrix/client/${version}/${tail}`,
      handler: async (request, reply) => {
        if (!enabled()) throw new MatrixError('M_UNRECOGNIZED')
        return await handler(request, reply, readTarget(request))
      },
    })
  }
}
