import { z } from 'zod'
import type { Config } from '../../config/schema.ts'
import { clientBaseUrl } from '../../homeserver/client-base.ts'
import { HttpFailure, type HttpClient, type HttpResponse } from '../../net/http-client.ts'

export interface InviterOptions {
  readonly http: Pick<HttpClient, 'request'>
  readonly matrix: Config['matrix']
  readonly accessToken: string
}

/** What became of a call; texts are what the homeserver said. */
export type Refusal =
  | { readonly result: 'limited'; readonly retryAfterMs: number }
  /** The access token is of no use (any more). */
  | { readonly result: 'signed-out' }
  | { readonly result: 'forbidden' | 'missing' | 'broken' | 'unreachable'; readonly said: string }

export type Called<T> = { readonly result: 'done'; readonly value: T } | Refusal

/** Our own homeserver, as a client signed in there sees it. */
export interface Inviter {
  whoAmI(): Promise<Called<string>>
  /** The room ID of an ID or alias. */
  roomId(room: string): Promise<Called<string>>
  /** A state event's content; `missing` where there is none. */
  state(roomId: string, type: string, key?: string): Promise<Called<unknown>>
  /** What `account/register` takes (Client-Server API, "OpenID"). */
  openIdToken(userId: string): Promise<Called<{ serverName: string; token: string }>>
  /** `{user_id}`, or the members of an invitation by address (Client-Server API, "Third-party invites"). */
  invite(roomId: string, body: Readonly<Record<string, string>>): Promise<Called<unknown>>
}

const TIMEOUT_MS = 60_000
/** For homeservers that say no time. */
const USUAL_WAIT_MS = 60_000

const whoAmISchema = z.object({ user_id: z.string() })
const roomSchema = z.object({ room_id: z.string() })
const openIdSchema = z.object({ access_token: z.string(), matrix_server_name: z.string() })
const errorSchema = z.object({
  errcode: z.string(),
  error: z.string().optional(),
  retry_after_ms: z.number().nonnegative().optional(),
})

export function createInviter({ http, matrix, accessToken }: InviterOptions): Inviter {
  const part = encodeURIComponent

  async function call<T>(
    method: 'GET' | 'POST',
    path: string,
    schema: z.ZodType<T>,
    body?: object,
  ): Promise<Called<T>> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    try {
      const base = await clientBaseUrl(matrix, http, signal)
      const response = await http.request({
        method,
        url: `${base}/_matrix/client/v3/${path}`,
        headers: {
          authorization: `Bearer ${accessToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        trust: 'operator',
        timeoutMs: TIMEOUT_MS,
        signal,
      })
      if (response.status !== 200) return refusalIn(response)
      const read = schema.safeParse(response.json())
      if (read.success) return { result: 'done', value: read.data }
      return { result: 'broken', said: 'The answer has another form than the specification wants.' }
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error
      return { result: 'unreachable', said: error.message }
    }
  }

  return {
    async whoAmI() {
      return mapped(await call('GET', 'account/whoami', whoAmISchema), ({ user_id }) => user_id)
    },
    async roomId(room) {
      if (room.startsWith('!')) return { result: 'done', value: room }
      return mapped(await call('GET', `directory/room/${part(room)}`, roomSchema), ({ room_id }) => room_id)
    },
    state: (roomId, type, key = '') =>
      call('GET', `rooms/${part(roomId)}/state/${part(type)}/${part(key)}`, z.unknown()),
    async openIdToken(userId) {
      const path = `user/${part(userId)}/openid/request_token`
      return mapped(await call('POST', path, openIdSchema, {}), (answer) => ({
        serverName: answer.matrix_server_name,
        token: answer.access_token,
      }))
    },
    invite: (roomId, body) => call('POST', `rooms/${part(roomId)}/invite`, z.unknown(), body),
  }
}

function mapped<T, U>(called: Called<T>, change: (value: T) => U): Called<U> {
  return called.result === 'done' ? { result: 'done', value: change(called.value) } : called
}

function refusalIn(response: HttpResponse): Refusal {
  const { status, headers } = response
  const error = errorSchema.safeParse(jsonOf(response)).data
  const said = [status, error?.errcode, error?.error].filter((part) => part !== undefined).join(' ')
  if (status === 429) {
    // The header is the newer way (MSC4041); homeservers send both or either.
    const seconds = Number(headers['retry-after'])
    const byHeader = Number.isFinite(seconds) ? seconds * 1000 : undefined
    return { result: 'limited', retryAfterMs: error?.retry_after_ms ?? byHeader ?? USUAL_WAIT_MS }
  }
  if (status === 401) return { result: 'signed-out' }
  if (status === 404) return { result: 'missing', said }
  return { result: status < 500 ? 'forbidden' : 'broken', said }
}

function jsonOf(response: HttpResponse): unknown {
  try {
    return response.json()
  } catch (error) {
    if (error instanceof HttpFailure) return undefined
    throw error
  }
}
