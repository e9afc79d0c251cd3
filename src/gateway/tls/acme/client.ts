import { z } from 'zod'
import type { HttpClient, HttpRequest, HttpResponse } from '../../../net/http-client.ts'
import { HttpFailure } from '../../../net/http-failure.ts'
import type { Clock } from '../../../runtime.ts'
import { AcmeFailure } from './failure.ts'
import { signRequest, type Signer } from './jws.ts'
import { failureOf, unreachable } from './problems.ts'

/** What a certification authority offers (RFC 8555, section 7.1.1; RFC 9773, section 3). */
const directorySchema = z.object({
  newNonce: z.url(),
  newAccount: z.url(),
  newOrder: z.url(),
  renewalInfo: z.url().optional(),
  meta: z.object({ termsOfService: z.string().optional() }).default({}),
})
export type Directory = z.output<typeof directorySchema>

/** Requests to one certification authority. All of them throw AcmeFailure. */
export interface AcmeClient {
  /** As configured: what accounts and orders belong to. */
  readonly url: string
  readonly directory: Directory
  /** What the authority's clock said when the directory came; null when it did not say. */
  readonly serverTime: number | null
  /** A signed request; any status from 400 on is a failure. */
  post(signer: Signer, url: string, payload: object | null, accept?: string): Promise<HttpResponse>
  get(url: string): Promise<HttpResponse>
}

export interface AcmeClientOptions {
  readonly http: HttpClient
  readonly url: string
  readonly clock: Clock
  readonly signal: AbortSignal
}

const TIMEOUT_MS = 30_000
const LARGEST_ANSWER = 256 * 1024
/** Nonces age, and test servers refuse good ones on purpose (RFC 8555, section 6.5). */
const NONCE_TRIES = 6

/**
 * Signpost speaks ACME itself: the usual library waits and repeats on its own when it is told to slow down, passes on no
 * error types, and sends through a client of its own, without the limits of Signpost's.
 */
export async function openAcmeClient({ http, url, clock, signal }: AcmeClientOptions): Promise<AcmeClient> {
  let nonce: string | null = null

  async function send(
    request: Pick<HttpRequest, 'url' | 'method' | 'body' | 'headers'>,
  ): Promise<HttpResponse> {
    try {
      const response = await http.request({
        ...request,
        trust: 'operator',
        timeoutMs: TIMEOUT_MS,
        maxBytes: LARGEST_ANSWER,
        signal,
      })
      nonce = response.headers['replay-nonce'] ?? nonce
      return response
    } catch (error) {
      if (error instanceof HttpFailure) throw unreachable(error)
      throw error
    }
  }

  async function get(from: string): Promise<HttpResponse> {
    const response = await send({ url: from })
    if (response.status !== 200) throw failureOf(response, clock.now())
    return response
  }

  async function takeNonce(from: string): Promise<string> {
    if (nonce === null) await send({ url: from, method: 'HEAD' })
    const taken = nonce
    nonce = null
    if (taken === null) throw notAcme(url)
    return taken
  }

  const answer = await get(url)
  const directory = directorySchema.safeParse(readJson(answer))
  if (!directory.success) throw notAcme(url)
  const date = Date.parse(answer.headers['date'] ?? '')

  return {
    url,
    directory: directory.data,
    serverTime: Number.isNaN(date) ? null : date,
    get,
    async post(signer, to, payload, accept = 'application/json') {
      for (let tries = 1; ; tries++) {
        const header = { url: to, nonce: await takeNonce(directory.data.newNonce) }
        const response = await send({
          url: to,
          method: 'POST',
          headers: { 'content-type': 'application/jose+json', accept },
          body: await signRequest(signer, header, payload),
        })
        if (response.status < 400) return response
        const failure = failureOf(response, clock.now())
        if (failure.type !== 'badNonce' || tries === NONCE_TRIES) throw failure
      }
    },
  }
}

function readJson(response: HttpResponse): unknown {
  try {
    return response.json()
  } catch (error) {
    if (error instanceof HttpFailure) return null
    throw error
  }
}

function notAcme(url: string): AcmeFailure {
  return new AcmeFailure(
    'refused',
    `${new URL(url).host} answers, but not as a certification authority (ACME, RFC 8555).`,
    'Check server.tls.acme.directory; it is the URL of the directory itself.',
  )
}
