import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { MatrixError } from '../matrix/errors.ts'
import { signJson } from '../matrix/signing.ts'
import type { IdentityCalls } from './homeserver-identity.ts'
import { acceptedInvitation, acceptInvitation, type Room } from './homeserver-rooms.ts'
import type { HomeserverState } from './homeserver-state.ts'

const client = '/_matrix/client/v3'
const federation = '/_matrix/federation/v1'

const text = z.string().min(1).max(500)
const login = z.object({ identifier: z.object({ user: text }), password: text })
const signUp = z.object({ username: text, password: text })
const newRoom = z.object({ name: text })
const invite = z.object({ id_server: text, id_access_token: text, medium: z.literal('email'), address: text })
const bind = z.object({ id_server: text, id_access_token: text, sid: text, client_secret: text })
const unbind = z.object({ id_server: text, medium: z.literal('email'), address: text })
const onbind = z.object({ invites: z.array(acceptedInvitation).max(100) })

/** The Client-Server API as far as the story needs it. */
export function addClientRoutes(app: FastifyInstance, state: HomeserverState, identity: IdentityCalls): void {
  const session = (userId: string) => ({ user_id: userId, access_token: state.issueToken('access', userId) })

  app.post(`${client}/login`, async (request) => {
    const { identifier, password } = read(login, request.body)
    return session(state.checkPassword(identifier.user, password))
  })

  app.post(`${client}/register`, async (request) => {
    const { username, password } = read(signUp, request.body)
    return session(state.register(username, password))
  })

  app.post<{ Params: { userId: string } }>(`${client}/user/:userId/openid/request_token`, async (request) => {
    const userId = userOf(state, request)
    if (userId !== request.params.userId) throw new MatrixError('M_FORBIDDEN')
    const access_token = state.issueToken('openid', userId)
    return { access_token, token_type: 'Bearer', matrix_server_name: state.name, expires_in: 3600 }
  })

  app.post(`${client}/createRoom`, async (request) => {
    const userId = userOf(state, request)
    const { name } = read(newRoom, request.body)
    const id = `!room${state.rooms.size + 1}:${state.name}`
    state.rooms.set(id, { id, name, members: new Map([[userId, 'join']]), waiting: [] })
    return { room_id: id }
  })

  app.post<{ Params: { roomId: string } }>(`${client}/rooms/:roomId/invite`, async (request) => {
    const sender = userOf(state, request)
    const room = roomOf(state, request.params.roomId)
    if (room.members.get(sender) !== 'join') throw new MatrixError('M_FORBIDDEN')
    const { medium, address, ...server } = read(invite, request.body)
    const known = await identity.lookUp(server, address)
    if (known !== null) {
      room.members.set(known, room.members.get(known) ?? 'invite')
      return {}
    }
    const names = { room_name: room.name, sender_display_name: displayNameOf(sender) }
    const wanted = { medium, address, room_id: room.id, sender, ...names }
    room.waiting.push(await identity.storeInvite(server, wanted))
    return {}
  })

  app.post<{ Params: { roomId: string } }>(`${client}/rooms/:roomId/join`, async (request) => {
    const userId = userOf(state, request)
    const room = roomOf(state, request.params.roomId)
    if (!room.members.has(userId)) throw new MatrixError('M_FORBIDDEN', { message: 'You are not invited.' })
    room.members.set(userId, 'join')
    return { room_id: room.id }
  })

  app.get<{ Params: { roomId: string } }>(`${client}/rooms/:roomId/joined_members`, async (request) => {
    const userId = userOf(state, request)
    const { members } = roomOf(state, request.params.roomId)
    if (members.get(userId) !== 'join') throw new MatrixError('M_FORBIDDEN')
    const joined = [...members].filter(([, membership]) => membership === 'join')
    return { joined: Object.fromEntries(joined.map(([id]) => [id, { display_name: displayNameOf(id) }])) }
  })

  app.post(`${client}/account/3pid/bind`, async (request, reply) => {
    const userId = userOf(state, request)
    const { sid, client_secret, ...server } = read(bind, request.body)
    const answer = await identity.bind(server, { sid, client_secret }, userId)
    return await reply.code(answer.status).send(answer.status === 200 ? {} : answer.body)
  })

  app.post(`${client}/account/3pid/unbind`, async (request) => {
    const userId = userOf(state, request)
    const { id_server, medium, address } = read(unbind, request.body)
    const answer = await identity.unbind(id_server, { medium, address }, userId)
    return { id_server_unbind_result: answer.status === 200 ? 'success' : 'no-support' }
  })
}

/** What an identity server asks a homeserver (Server-Server API). */
export function addFederationRoutes(
  app: FastifyInstance,
  state: HomeserverState,
  identity: IdentityCalls,
): void {
  app.get(`${federation}/openid/userinfo`, async (request) => {
    const token = z.object({ access_token: text }).safeParse(request.query).data?.access_token
    const sub = token === undefined ? null : state.userOf('openid', token)
    if (sub === null) throw new MatrixError('M_UNKNOWN_TOKEN')
    return { sub }
  })

  app.get('/_matrix/key/v2/server', async () => {
    const { name, signingKey } = state
    const verify_keys = { [signingKey.id]: { key: signingKey.publicKey } }
    const published = {
      server_name: name,
      valid_until_ts: Date.UTC(2100, 0, 1),
      verify_keys,
      old_verify_keys: {},
    }
    return signJson(published, name, signingKey)
  })

  app.post(`${federation}/3pid/onbind`, async (request) => {
    for (const invitation of read(onbind, request.body).invites) {
      await acceptInvitation(state.rooms, invitation, identity.isKeyValid)
    }
    return {}
  })
}

function read<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const name = result.error.issues[0]?.path.join('.') ?? ''
  throw new MatrixError('M_INVALID_PARAM', { message: `Invalid ${name}.` })
}

function userOf(state: HomeserverState, request: FastifyRequest): string {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  const userId = token === undefined ? null : state.userOf('access', token)
  if (userId === null) throw new MatrixError('M_UNKNOWN_TOKEN')
  return userId
}

function roomOf(state: HomeserverState, roomId: string): Room {
  const room = state.rooms.get(roomId)
  if (room === undefined) throw new MatrixError('M_NOT_FOUND')
  return room
}

/** `@anna.keller:linden.example` as `Anna Keller`. */
function displayNameOf(userId: string): string {
  const words = userId.slice(1, userId.indexOf(':')).split('.')
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(' ')
}
