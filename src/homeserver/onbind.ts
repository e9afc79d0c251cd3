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

/** `reason` is for the operator: it may name addresses of the local network. */
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
  | { readonly result: 'retry'; readonly reason: string; readonly retryAfterMs?: number }
  /** The homeserver may have taken it; whether to send again is for the caller to weigh. */
  | { readonly result: 'unknown'; readonly reason: string }

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

/** Sends by POST, which homeservers implement, then by PUT, which the specification says. */
export function createOnbind({ federation }: { readonly federation: FederationClient }): Onbind {
  return {
    async send(serverName, body) {
      try {
        const posted = await federation.request(serverName, { method: 'POST', path, body })
        if (!isMissing(posted)) return outcomeOf(posted)
        return outcomeOf(await federation.request(serverName, { method: 'PUT', path, body }))
      } catch (error) {
        if (!(error instanceof HttpFailure)) throw error
        return { result: error.mayHaveArrived ? 'unknown' : 'retry', reason: error.message }
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
  if (status >= 200 && status < 300) return { result: 'accepted' }
  const { errcode, error, retry_after_ms: bodyDelay } = readError(response)
  const reason = `The homeserver answered ${[status, errcode, error].filter((part) => part !== undefined).join(' ')}.`
  // Redirects and a missing endpoint are a matter of set-up, which may be mended.
  const mayChange = status < 400 || status === 408 || status === 429 || status >= 500 || isMissing(response)
  if (!mayChange) return { result: 'refused', status, ...(errcode === undefined ? {} : { errcode }), reason }
  // Not the homeserver's own words: a proxy in front of it lost the answer, and perhaps only that.
  if (status >= 500 && errcode === undefined) return { result: 'unknown', reason }
  const retryAfterMs = retryAfterHeader(response) ?? bodyDelay
  return { result: 'retry', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

function readError(response: HttpResponse): ErrorBody {
  try {
    return errorSchema.safeParse(response.json()).data ?? {}
  } catch (error) {
    if (error instanceof HttpFailure) return {}
    throw error
  }
}

function retryAfterHeader(response: HttpResponse): number | undefined {
  const text = response.headers['retry-after']
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) * 1000 : undefined
}
