import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import type { SecretReader } from '../config/secrets.ts'
import type { HomeserverApi } from '../intercepts/homeserver.ts'
import type { HttpResponse } from '../net/http-client.ts'

/** The homeserver does not do what the application service asks for. */
export class HomeserverRefusal extends Error {
  override readonly name = 'HomeserverRefusal'
  readonly status: number
  /** `M_UNKNOWN` where it names none. */
  readonly errcode: string

  constructor(status: number, errcode: string) {
    super(`The homeserver answered ${status} ${errcode}.`)
    this.status = status
    this.errcode = errcode
  }
}

/**
 * The client API of the homeserver with the token of the application service. All methods throw `HomeserverRefusal`,
 * or MatrixError 502 or 504 when there is no answer.
 */
export interface AppserviceHomeserver {
  /** The user that the token stands for. */
  whoami(): Promise<string>
  join(roomId: string): Promise<void>
  /** Leaves a room or rejects the invitation into it. */
  leave(roomId: string, userId: string): Promise<void>
  /** Sends a notice, the same `txnId` once. */
  notice(roomId: string, txnId: string, body: string): Promise<void>
  joinedMembers(roomId: string): Promise<readonly string[]>
  joinedRooms(): Promise<readonly string[]>
  /** Whether there is such a user. */
  knows(userId: string): Promise<boolean>
  /** Makes a user of the own namespace, if there is none. */
  register(localpart: string): Promise<void>
  /** Has the homeserver ask Signpost (Application Service API, "Pinging"). Answers how long that took. */
  ping(id: string, transactionId: string): Promise<number>
}

export interface AppserviceHomeserverOptions {
  readonly config: () => Config
  readonly secrets: SecretReader
  readonly homeserver: HomeserverApi
}

const v3 = '/_matrix/client/v3'
const enc = encodeURIComponent

const errorSchema = z.looseObject({ errcode: z.string() })
const schemas = {
  whoami: z.looseObject({ user_id: z.string() }),
  members: z.looseObject({ joined: z.record(z.string(), z.unknown()) }),
  rooms: z.looseObject({ joined_rooms: z.array(z.string()) }),
  ping: z.looseObject({ duration_ms: z.number() }),
  any: z.unknown(),
}

export function createAppserviceHomeserver(options: AppserviceHomeserverOptions): AppserviceHomeserver {
  async function call<T extends z.ZodType>(
    schema: T,
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
  ): Promise<z.output<T>> {
    const { asToken } = options.config().appservice
    if (asToken === null) throw new HomeserverRefusal(401, 'M_MISSING_TOKEN')
    const token = await options.secrets.read(asToken, 'appservice.asToken')
    const answer = await options.homeserver.request({
      method,
      path,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (answer.status !== 200) throw refusalOf(answer)
    const read = schema.safeParse(jsonOf(answer))
    if (!read.success) throw new HomeserverRefusal(502, 'M_BAD_JSON')
    return read.data
  }

  return {
    whoami: async () => (await call(schemas.whoami, 'GET', `${v3}/account/whoami`)).user_id,
    async join(roomId) {
      await call(schemas.any, 'POST', `${v3}/join/${enc(roomId)}`, {})
    },
    async leave(roomId, userId) {
      await call(schemas.any, 'POST', `${v3}/rooms/${enc(roomId)}/leave?user_id=${enc(userId)}`, {})
    },
    async notice(roomId, txnId, body) {
      const path = `${v3}/rooms/${enc(roomId)}/send/m.room.message/${enc(txnId)}`
      // Nobody is mentioned, whatever a name in the text looks like.
      await call(schemas.any, 'PUT', path, { msgtype: 'm.notice', body, 'm.mentions': {} })
    },
    async joinedMembers(roomId) {
      const { joined } = await call(schemas.members, 'GET', `${v3}/rooms/${enc(roomId)}/joined_members`)
      return Object.keys(joined)
    },
    joinedRooms: async () => (await call(schemas.rooms, 'GET', `${v3}/joined_rooms`)).joined_rooms,
    async knows(userId) {
      return await unlessRefused(404, call(schemas.any, 'GET', `${v3}/profile/${enc(userId)}`))
    },
    async register(localpart) {
      const wish = { type: 'm.login.application_service', username: localpart, inhibit_login: true }
      await call(schemas.any, 'POST', `${v3}/register`, wish).catch((error: unknown) => {
        if (!(error instanceof HomeserverRefusal) || error.errcode !== 'M_USER_IN_USE') throw error
      })
    },
    async ping(id, transactionId) {
      const path = `/_matrix/client/v1/appservice/${enc(id)}/ping`
      return (await call(schemas.ping, 'POST', path, { transaction_id: transactionId })).duration_ms
    },
  }
}

/** False when the refusal has this status. */
async function unlessRefused(status: number, work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if (error instanceof HomeserverRefusal && error.status === status) return false
    throw error
  }
}

function refusalOf(answer: HttpResponse): HomeserverRefusal {
  const known = errorSchema.safeParse(jsonOf(answer)).data
  return new HomeserverRefusal(answer.status, known?.errcode ?? 'M_UNKNOWN')
}

function jsonOf({ body }: HttpResponse): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return null
  }
}
