import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { RateLimiter } from '../http/rate-limiter.ts'
import type { Clock } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { version } from '../version.ts'
import { isNonce, noncePattern } from './nonce.ts'

/** Where the doctor looks whether requests arrive at all. */
export const echoPath = '/_matrix/identity/unstable/org.signpost.doctor'

/** How any other path is tried: with this parameter in its query. */
export const echoParameter = 'org.signpost.doctor'

/** A preflight is answered without a body; this header says, with the nonce, that it was answered here. */
export const preflightHeader = 'signpost-doctor'

/** What arrived of a request of the doctor. */
export const echoSchema = z.object({
  signpost: z.string(),
  method: z.string(),
  /** The request target as it came, query included. */
  target: z.string(),
  host: z.string().nullable(),
  forwardedFor: z.string().nullable(),
  forwardedProto: z.string().nullable(),
  /** IP address at the other end of the connection: the proxy's, or the client's own. */
  peerAddress: z.string(),
  authorization: z.enum(['as-sent', 'changed', 'missing']),
  bodyBytes: z.number(),
})
export type Echo = z.output<typeof echoSchema>

export interface EchoOptions {
  readonly storage: Storage
  readonly clock: Clock
  readonly maxBodyBytes: number
  /** Counts by IP address what asks for an echo, before the database is asked. */
  readonly limiter: RateLimiter
}

const marker = 'org.signpost.doctor'
const nonceInTarget = new RegExp(`org\\.signpost\\.doctor[/=](${noncePattern.source})(?![A-Za-z0-9_-])`)

/**
 * Answers the requests of a doctor with what arrived of them, whatever path they arrive under: a proxy that rewrites
 * paths is caught in the act. Anybody else, who does not know a nonce, gets the answer that they would have got anyway.
 */
export function addDoctorEcho(app: FastifyInstance, options: EchoOptions): void {
  const { storage, clock, limiter, maxBodyBytes } = options

  /** The nonce in a request target, when a doctor has made it. */
  async function nonceIn(request: FastifyRequest): Promise<string | null> {
    const nonce = nonceInTarget.exec(request.raw.url ?? '')?.[1]
    if (nonce === undefined) return null
    limiter.take(request.clientAddress)
    return (await isNonce(storage, clock.now(), nonce)) ? nonce : null
  }

  app.addHook('onRequest', async (request, reply) => {
    // Nearly every request: nothing but this.
    if (!concernsDoctor(request)) return
    const nonce = await nonceIn(request)
    if (nonce === null) return
    const echo = await echoOf(request, nonce, maxBodyBytes)
    // The rest of a body that is too long would be taken for the next request.
    if (echo.bodyBytes > maxBodyBytes) reply.header('connection', 'close')
    // A cache in front would answer the next question with this one.
    await reply.header('cache-control', 'no-store').send(echo)
  })

  // Preflights end before any other hook; see `http/cors.ts`.
  app.addHook('onSend', async (request, reply) => {
    if (request.method !== 'OPTIONS' || !concernsDoctor(request)) return
    const nonce = await nonceIn(request)
    if (nonce !== null) reply.header(preflightHeader, nonce)
  })
}

const concernsDoctor = (request: FastifyRequest) => request.raw.url?.includes(marker) === true

async function echoOf(request: FastifyRequest, nonce: string, maxBodyBytes: number): Promise<Echo> {
  const { headers, method, url, socket } = request.raw
  return {
    signpost: version,
    method: method ?? '',
    target: url ?? '',
    host: headers.host ?? null,
    forwardedFor: textOf(headers['x-forwarded-for']),
    forwardedProto: textOf(headers['x-forwarded-proto']),
    peerAddress: socket.remoteAddress ?? '',
    authorization: authorizationIn(headers.authorization, nonce),
    bodyBytes: await bodyLength(request, maxBodyBytes),
  }
}

/** The doctor sends its nonce as the access token. */
function authorizationIn(header: string | undefined, nonce: string): Echo['authorization'] {
  if (header === undefined) return 'missing'
  return header === `Bearer ${nonce}` ? 'as-sent' : 'changed'
}

/** Reads the body to its end, but never more than other requests may send. */
async function bodyLength({ raw }: FastifyRequest, maxBodyBytes: number): Promise<number> {
  let length = 0
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBodyBytes) break
  }
  return length
}

function textOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null
  return Array.isArray(header) ? header.join(', ') : header
}
