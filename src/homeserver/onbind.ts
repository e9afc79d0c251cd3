import { z } from 'zod'
import { HttpFailure, type HttpResponse } from '../net/http-client.ts'
import type { FederationClient } from './federation-client.ts'

/** One pending invitation, as the homeserver wants it (Server-Server API, `3pid/onbind`). */
export interface OnbindInvite {
  readonly medium: string
  readonly address: string
  /** The user who owns the address. */
  readonly mxid: string
  readonly room_id: string
  /** The user who sent the invitation. */
  readonly sender: string
  /** Signed by the identity server's long-term key over exactly `mxid` and `token`. */
  readonly signed: {
    readonly mxid: string
    readonly token: string
    readonly signatures: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
}

export interface OnbindBody {
  readonly medium: string
  readonly address: string
  readonly mxid: string
  /**
   * One per request is best: Synapse handles them all but reports the last error alone. Never send one again after
   * `accepted`: it would turn a user who has joined into an invited one.
   */
  readonly invites: readonly OnbindInvite[]
}

/**
 * `reason` is for the operator: it may name addresses of the local network. `wholeServer` is true when the server itself
 * is the trouble, so that any other request would end the same way.
 */
export type OnbindOutcome =
  | { readonly result: 'accepted' }
  /** The homeserver's final no. */
  | {
      readonly result: 'refused'
      readonly status: number
      readonly errcode?: string
      readonly reason: string
    }
  /** Nothing was taken; send again later, not before `retryAfterMs`. */
  | {
      readonly result: 'retry'
      readonly reason: string
      readonly retryAfterMs?: number
      readonly wholeServer?: boolean
    }
  /** The homeserver may have taken it; whether to send again is for the caller to weigh. */
  | { readonly result: 'unknown'; readonly reason: string; readonly wholeServer?: boolean }

export interface Onbind {
  /** Tells a homeserver that an address is bound and which invitations wait for it. */
  send(serverName: string, body: OnbindBody): Promise<OnbindOutcome>
}

const path = '/_matrix/federation/v1/3pid/onbind'
const errorSchema = z.looseObject({
  errcode: z.string().optional(),
  error: z.string().optional(),
  retry_after_ms: z.number().nonnegative().optional(),
})
type ErrorBody = z.infer<typeof errorSchema>

export interface OnbindOptions {
  readonly federation: FederationClient
  /** Longest wait for an answer. It ends before the outbox gives the attempt up and begins the next (80 s). */
  readonly timeoutMs?: number
}

/** Sends by POST, which homeservers implement, then by PUT, which the specification says. */
export function createOnbind({ federation, timeoutMs }: OnbindOptions): Onbind {
  const limit = timeoutMs === undefined ? {} : { timeoutMs }
  return {
    async send(serverName, body) {
      try {
        const posted = await federation.request(serverName, { ...limit, method: 'POST', path, body })
        if (!isMissing(posted)) return outcomeOf(posted)
        return outcomeOf(await federation.request(serverName, { ...limit, method: 'PUT', path, body }))
      } catch (error) {
        if (!(error instanceof HttpFailure)) throw error
        const { message: reason } = error
        // A request that hangs may be about a room that is slow; a server that cannot be reached is so for all.
        return error.mayHaveArrived
          ? { result: 'unknown', reason }
          : { result: 'retry', reason, wholeServer: true }
      }
    },
  }
}

/** The endpoint does not exist, by today's status or by the 400 M_UNRECOGNIZED of older homeservers. */
function isMissing(response: HttpResponse): boolean {
  if (response.status === 404 || response.status === 405) return true
  return response.status === 400 && readError(response).errcode === 'M_UNRECOGNIZED'
}

function outcomeOf(response: HttpResponse): OnbindOutcome {
  const { status } = response
  if (status >= 200 && status < 300) return takenOr(response)
  const { errcode, error, retry_after_ms: bodyDelay } = readError(response)
  const reason = `The homeserver answered ${[status, errcode, error].filter((part) => part !== undefined).join(' ')}.`
  if (isFinal(response, errcode)) {
    return { result: 'refused', status, ...(errcode === undefined ? {} : { errcode }), reason }
  }
  // Not the homeserver's own words: a proxy in front of it lost the answer, and perhaps only that.
  if (status >= 500 && errcode === undefined) {
    return { result: 'unknown', reason, wholeServer: status === 502 || status === 503 }
  }
  const retryAfterMs = retryAfterHeader(response) ?? bodyDelay
  // In the homeserver's own words it may be about this room, whose other servers it has to reach.
  const wholeServer =
    errcode === undefined || status === 401 || status === 429 || errcode === 'M_UNRECOGNIZED'
  return { result: 'retry', reason, wholeServer, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** Homeservers answer an object. A page is somebody else's: a proxy's, or that of whoever owns the domain now. */
function takenOr(response: HttpResponse): OnbindOutcome {
  if (response.body.length === 0 || errorSchema.safeParse(jsonOf(response)).success)
    return { result: 'accepted' }
  return { result: 'unknown', reason: 'What answered is not a homeserver.', wholeServer: true }
}

/** A 4xx in the homeserver's own words. Without them, and where set-up is to blame (401, 404, 405), it may be mended. */
function isFinal(response: HttpResponse, errcode: string | undefined): boolean {
  const { status } = response
  const mayPass = status === 401 || status === 408 || status === 425 || status === 429
  return status >= 400 && status < 500 && errcode !== undefined && !mayPass && !isMissing(response)
}

function readError(response: HttpResponse): ErrorBody {
  return errorSchema.safeParse(jsonOf(response)).data ?? {}
}

/** Undefined when the body is no JSON. */
function jsonOf(response: HttpResponse): unknown {
  try {
    return response.json()
  } catch (error) {
    if (error instanceof HttpFailure) return undefined
    throw error
  }
}

function retryAfterHeader(response: HttpResponse): number | undefined {
  const text = response.headers['retry-after']
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) * 1000 : undefined
}
