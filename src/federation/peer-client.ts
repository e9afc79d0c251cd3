import { z } from 'zod'
import type { HttpClient, HttpResponse } from '../net/http-client.ts'
import { HttpFailure } from '../net/http-failure.ts'
import type { Peer } from './peer.ts'
import { fromHttpFailure, PeerFailure, unusual } from './peer-failure.ts'

export interface PeerCall {
  /** Default: GET, or POST with a body. */
  readonly method?: 'GET' | 'POST'
  /** Path with query, from `/_matrix/` on. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: object
  /** Access token of an account there. */
  readonly token?: string
  readonly signal: AbortSignal
}

/** Requests to other identity servers. Redirects are not followed: a POST would be lost, and a GET could be led away. */
export interface PeerClient {
  /**
   * The answer of the first server of the peer that gives one, with any status. Throws PeerFailure. A call may reach
   * two servers, so it has to be harmless when repeated.
   */
  ask(peer: Peer, call: PeerCall): Promise<HttpResponse>
  /** The base URL that answered last; before that, the first one. */
  urlOf(peer: Peer): string
}

export interface PeerClientOptions {
  readonly http: HttpClient
  /** Longest wait for one call, in milliseconds. */
  readonly timeoutMs: number
}

/** Answers to 1,000 hashes with Matrix IDs of the greatest length fit in. */
const MAX_BYTES = 384 * 1024
/** What a reverse proxy says when the server behind it is gone. */
const brokenStatuses: ReadonlySet<number> = new Set([502, 503, 504])

export function createPeerClient({ http, timeoutMs }: PeerClientOptions): PeerClient {
  /** Per peer, for as long as its DNS record is remembered: nobody waits for a dead first target each time. */
  const preferred = new WeakMap<Peer, string>()
  const urlOf = (peer: Peer) => preferred.get(peer) ?? peer.urls[0]

  async function askOne(peer: Peer, url: string, call: PeerCall): Promise<HttpResponse> {
    const { path, body, token, signal } = call
    return await http.request({
      method: call.method ?? (body === undefined ? 'GET' : 'POST'),
      url: url + path,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      trust: peer.trust,
      // Half of the time for each of several, so that one that hangs leaves room for the next.
      timeoutMs: peer.urls.length > 1 ? Math.ceil(timeoutMs / 2) : timeoutMs,
      maxBytes: MAX_BYTES,
      signal,
    })
  }

  return {
    urlOf,
    async ask(peer, call) {
      const first = urlOf(peer)
      const urls = [first, ...peer.urls.filter((url) => url !== first)]
      let broken: HttpResponse | null = null
      let failure: HttpFailure | null = null
      for (const url of urls) {
        try {
          const response = await askOne(peer, url, call)
          if (brokenStatuses.has(response.status) && matrixErrorIn(response) === null) {
            broken ??= response
            continue
          }
          preferred.set(peer, url)
          return response
        } catch (error) {
          if (!(error instanceof HttpFailure)) throw error
          failure ??= error
          if (call.signal.aborted) break
        }
      }
      if (broken !== null) return broken
      throw failure === null ? nothingToAsk(peer) : fromHttpFailure(failure)
    },
  }
}

function nothingToAsk(peer: Peer): PeerFailure {
  return new PeerFailure('settings', `There is no server to ask for ${peer.name}.`, 'Check its DNS record.')
}

const errorSchema = z.looseObject({ errcode: z.string() })

/** The body of a Matrix error; null when the answer is none. */
export function matrixErrorIn(response: HttpResponse): z.output<typeof errorSchema> | null {
  return response.status < 400 ? null : (errorSchema.safeParse(jsonIn(response)).data ?? null)
}

const missingStatuses: ReadonlySet<number> = new Set([404, 405, 501])

/** True when the endpoint is not there: by status, or by the older 400 M_UNRECOGNIZED. */
export function isMissing(response: HttpResponse): boolean {
  if (missingStatuses.has(response.status)) return true
  return response.status === 400 && matrixErrorIn(response)?.errcode === 'M_UNRECOGNIZED'
}

/** True for an answer that says nothing about what the server can do: it is overloaded or broken. */
export function isInTrouble(response: HttpResponse): boolean {
  return !isMissing(response) && (response.status === 429 || response.status >= 500)
}

/**
 * The body of a good answer in its shape. Throws PeerFailure: `not-spoken` for a missing endpoint, `refused`, `limited`,
 * and `answer` for everything that cannot be understood. `what` begins sentences: "The lookup".
 */
export function readAnswer<T extends z.ZodType>(
  response: HttpResponse,
  schema: T,
  what: string,
): z.output<T> {
  if (response.status === 200) {
    const parsed = schema.safeParse(jsonIn(response))
    if (parsed.success) return parsed.data
    throw new PeerFailure('answer', `${what} was answered with something else than was asked.`, unusual)
  }
  throw statusFailure(response, what)
}

/** What a status other than 200 means. */
export function statusFailure(response: HttpResponse, what: string): PeerFailure {
  const { status } = response
  const said = [status, matrixErrorIn(response)?.errcode].filter((part) => part !== undefined).join(' ')
  if (isMissing(response)) {
    return new PeerFailure('not-spoken', `${what} is not known there (${said}).`, unusual)
  }
  if (status === 429) {
    const fix = 'Signpost asks again later by itself.'
    return new PeerFailure('limited', `${what} was refused: too many requests (${said}).`, fix)
  }
  if (status === 401 || status === 403) {
    const fix = 'Its operator decides who is answered; ask there.'
    return new PeerFailure('refused', `${what} was refused (${said}).`, fix)
  }
  return new PeerFailure('answer', `${what} was answered with ${said}.`, unusual)
}

/** The body read as JSON; undefined when it is none. */
export function jsonIn(response: HttpResponse): unknown {
  try {
    return response.json()
  } catch (error) {
    if (error instanceof HttpFailure) return undefined
    throw error
  }
}
