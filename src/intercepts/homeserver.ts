import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { jsonBody } from '../http/parameters.ts'
import { MatrixError } from '../matrix/errors.ts'
import { HttpFailure, type HttpClient, type HttpResponse } from '../net/http-client.ts'
import type { Target } from './target.ts'

/** A request to the client API of our own homeserver, on behalf of one client. */
export interface HomeserverRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  /** With its question mark. */
  readonly query?: string
  readonly body?: string
  /** Of the client; `homeserverHeaders` makes them. */
  readonly headers: Readonly<Record<string, string>>
  /** Default: `network.timeout`. */
  readonly timeoutMs?: number
}

/** The client API of our homeserver. The one way that a token of a client takes out of Signpost. */
export interface HomeserverApi {
  /** @throws MatrixError 502 or 504 when there is no answer. */
  request(request: HomeserverRequest): Promise<HttpResponse>
}

export interface HomeserverApiOptions {
  readonly config: () => Config
  readonly http: () => HttpClient
}

/** Answers hold at most some hundred people or a list of sign-in ways. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024

export function createHomeserverApi({ config, http }: HomeserverApiOptions): HomeserverApi {
  return {
    async request({ method, path, query = '', body, headers, timeoutMs }) {
      const { homeserverUrl } = config().matrix
      if (homeserverUrl === null) throw unreachable(null)
      try {
        return await http().request({
          method,
          url: `${homeserverUrl}${path}${query}`,
          headers,
          // Redirects are not followed: they would take the token elsewhere.
          trust: 'operator',
          maxBytes: MAX_ANSWER_BYTES,
          ...(body === undefined ? {} : { body }),
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        })
      } catch (error) {
        if (error instanceof HttpFailure) throw unreachable(error)
        throw error
      }
    },
  }
}

function unreachable(failure: HttpFailure | null): MatrixError {
  const status = failure?.code === 'timeout' ? 504 : 502
  const message = 'The homeserver does not answer at the moment. Try again later.'
  return new MatrixError('M_UNKNOWN', { status, message, cause: failure })
}

/** Of a client, what homeservers look at. All others stay here, hop-by-hop ones (RFC 9110, section 7.6.1) with them. */
const passedOn = ['authorization', 'user-agent', 'accept', 'accept-language', 'content-type', 'origin']

/** Tells a request that has been here before, so that a wrong `matrix.homeserverUrl` is no endless loop. */
const viaName = 'signpost'

/** The headers with which a request goes on. @throws MatrixError 508 for one that comes back. */
export function homeserverHeaders(request: FastifyRequest): Record<string, string> {
  if (request.headers.via?.split(',').some((hop) => hop.trim().endsWith(` ${viaName}`)) === true) {
    throw new MatrixError('M_UNKNOWN', {
      status: 508,
      message: 'matrix.homeserverUrl leads back to Signpost instead of to the homeserver.',
    })
  }
  // Of two tokens, Signpost could look at one and the homeserver act on the other.
  const tokens = (request.raw.headersDistinct['authorization']?.length ?? 0) + queryTokens(request)
  if (tokens > 1)
    throw new MatrixError('M_MISSING_TOKEN', { message: 'There is more than one access token.' })
  const headers = Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = request.headers[name]
      return typeof value === 'string' ? [[name, value] as const] : []
    }),
  )
  return {
    ...headers,
    // One address only: Synapse believes the first one, and limits sign-ins by it.
    'x-forwarded-for': request.clientAddress,
    'x-forwarded-proto': 'https',
    ...(request.headers.host === undefined ? {} : { 'x-forwarded-host': request.headers.host }),
    via: `1.1 ${viaName}`,
  }
}

function queryTokens(request: FastifyRequest): number {
  return [(request.query as Record<string, unknown>)['access_token'] ?? []].flat().length
}

/** The body as text. @throws MatrixError `M_NOT_JSON` when it is not UTF-8, which JSON has to be (RFC 8259, 8.1). */
export function textBody(request: FastifyRequest): string {
  if (!Buffer.isBuffer(request.body)) return ''
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(request.body)
  } catch (cause) {
    throw new MatrixError('M_NOT_JSON', { cause })
  }
}

/**
 * The body as a JSON object. Whatever cannot be read here goes no further: homeservers read some of it all the same (NaN,
 * for one), and would do what nobody has decided about.
 * @throws MatrixError `M_NOT_JSON` or `M_BAD_JSON`.
 */
export function objectBody(request: FastifyRequest): Record<string, unknown> {
  textBody(request)
  return jsonBody(request)
}

/** The value of a member by its name in any case: homeservers written in Go take all spellings. */
export function memberOf(body: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.entries(body).find(([key]) => key.toLowerCase() === name)?.[1]
}

/** An answer as a schema reads it; null when it does not fit. */
export function readAnswer<T extends z.ZodType>({ body }: HttpResponse, schema: T): z.output<T> | null {
  try {
    return schema.safeParse(JSON.parse(body.toString('utf8'))).data ?? null
  } catch {
    return null
  }
}

/** Passes a request on, with another body where one is given, and returns the answer. */
export async function passOn(
  homeserver: HomeserverApi,
  request: FastifyRequest,
  { path, query }: Target,
  { body = textBody(request), timeoutMs }: { readonly body?: string; readonly timeoutMs?: number } = {},
): Promise<HttpResponse> {
  const { method } = request
  return await homeserver.request({
    method: method === 'POST' || method === 'PUT' ? method : 'GET',
    path,
    query,
    headers: homeserverHeaders(request),
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
}

/** Of an answer, what clients look at; the connection's own headers are not theirs. */
const passedBack = ['content-type', 'retry-after', 'cache-control', 'www-authenticate', 'pragma', 'expires']

/** Answers as the homeserver did. */
export function relay(reply: FastifyReply, { status, headers, body }: HttpResponse): FastifyReply {
  for (const name of passedBack) {
    const value = headers[name]
    if (value !== undefined) reply.header(name, value)
  }
  return reply.code(status).send(body)
}
