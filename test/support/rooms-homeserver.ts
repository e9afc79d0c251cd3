import { randomBytes } from 'node:crypto'
import { startHttpPeer, type HttpPeer, type SeenRequest } from './http-peer.ts'

export interface SeenNotice {
  readonly roomId: string
  readonly text: string
}

/** Events as the application service is told of them. */
export interface RoomEvent {
  readonly event_id: string
  readonly [member: string]: unknown
}

/**
 * The rooms of a homeserver as an application service meets them, over real HTTP: it is invited, joins, speaks, leaves and
 * pings. Reached through `matrix.homeserverUrl`.
 */
export interface RoomsHomeserver {
  readonly domain: string
  readonly url: string
  readonly peer: HttpPeer
  readonly notices: readonly SeenNotice[]
  /** Users of the homeserver; others it does not know. */
  readonly users: Set<string>
  /** A room with these members; the bot is no more than invited. */
  room(members: readonly string[]): string
  membersOf(roomId: string): ReadonlySet<string>
  /** The event of somebody who writes. */
  message(roomId: string, sender: string, body: string, changes?: object): RoomEvent
  /** The event of somebody who is invited. */
  invitation(roomId: string, sender: string, invited: string, changes?: object): RoomEvent
  /** Tells Signpost of events in a transaction; the answer's status. */
  tell(signpostUrl: string, events: readonly unknown[], txnId?: string): Promise<number>
  /** Refuses requests to paths that hold this text, with this status; null mends it. */
  refuse(part: string, status: number | null): void
  /** Called with the path of each request: when it is there, and when it is done but not answered. Null: no longer. */
  stepIn(step: StepIn | null): void
  close(): Promise<void>
}

export type StepIn = (path: string, moment: 'received' | 'answered') => Promise<void> | void

export interface RoomsHomeserverOptions {
  readonly asToken: string
  readonly hsToken: string
  readonly now: () => number
  readonly domain?: string
}

interface Answer {
  readonly status: number
  readonly body: object
}

const ok = (body: object = {}): Answer => ({ status: 200, body })
const refused = (status: number, errcode: string): Answer => ({
  status,
  body: { errcode, error: 'on purpose' },
})

export async function startRoomsHomeserver(options: RoomsHomeserverOptions): Promise<RoomsHomeserver> {
  const { asToken, hsToken, now, domain = 'example.org' } = options
  const bot = `@signpost:${domain}`
  const users = new Set<string>()
  const rooms = new Map<string, Set<string>>()
  const sent = new Map<string, SeenNotice>()
  const refusals = new Map<string, number>()
  let transactions = 0
  let step: StepIn = () => {}

  function answer(request: SeenRequest): Answer {
    const { pathname, searchParams } = new URL(request.url, 'http://homeserver')
    const failing = [...refusals].find(([part]) => pathname.includes(part))
    if (failing !== undefined) return refused(failing[1], 'M_UNKNOWN')
    if (request.headers.authorization !== `Bearer ${asToken}`) return refused(401, 'M_UNKNOWN_TOKEN')
    const segments = pathname.split('/').slice(4).map(decodeURIComponent)
    const acting = searchParams.get('user_id') ?? bot
    return call(segments, acting, request)
  }

  function call(
    [first = '', second = '', third = '', , txnId = '']: string[],
    acting: string,
    request: SeenRequest,
  ): Answer {
    const body = (request.body === '' ? {} : JSON.parse(request.body)) as Record<string, unknown>
    switch (first) {
      case 'account':
        return ok({ user_id: bot })
      case 'register':
        return register(`@${String(body['username'])}:${domain}`)
      case 'profile':
        return users.has(second) ? ok({ displayname: second }) : refused(404, 'M_NOT_FOUND')
      case 'joined_rooms':
        return ok({ joined_rooms: [...rooms].filter(([, members]) => members.has(bot)).map(([id]) => id) })
      case 'join':
        return inRoom(second, (members) => void members.add(acting))
      case 'rooms':
        return third === 'send' ? speak(second, txnId, String(body['body'])) : inside(second, third, acting)
      default:
        return refused(404, 'M_UNRECOGNIZED')
    }
  }

  function register(userId: string): Answer {
    if (users.has(userId)) return refused(400, 'M_USER_IN_USE')
    users.add(userId)
    return ok({ user_id: userId })
  }

  function inRoom(roomId: string, change: (members: Set<string>) => void): Answer {
    const members = rooms.get(roomId)
    if (members === undefined) return refused(403, 'M_FORBIDDEN')
    change(members)
    return ok({ room_id: roomId })
  }

  function inside(roomId: string, action: string, acting: string): Answer {
    if (action === 'leave') return inRoom(roomId, (members) => void members.delete(acting))
    const members = rooms.get(roomId)
    if (members?.has(bot) !== true) return refused(403, 'M_FORBIDDEN')
    return ok({ joined: Object.fromEntries([...members].map((mxid) => [mxid, {}])) })
  }

  function speak(roomId: string, txnId: string, text: string): Answer {
    if (rooms.get(roomId)?.has(bot) !== true) return refused(403, 'M_FORBIDDEN')
    sent.set(`${roomId} ${txnId}`, { roomId, text })
    return ok({ event_id: `$${txnId}` })
  }

  const event = (
    roomId: string,
    sender: string,
    type: string,
    content: object,
    changes: object,
  ): RoomEvent => ({
    event_id: `$${randomBytes(16).toString('base64url')}`,
    ...{ room_id: roomId, sender, type, content, origin_server_ts: now(), unsigned: { age: 1 } },
    ...changes,
  })

  const peer = await startHttpPeer({
    handler(request, response) {
      void (async () => {
        await step(request.url, 'received')
        const { status, body } = answer(request)
        await step(request.url, 'answered')
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })()
    },
  })
  return {
    domain,
    url: `http://127.0.0.1:${peer.port}`,
    peer,
    users,
    get notices() {
      return [...sent.values()]
    },
    room(members) {
      const id = `!${randomBytes(9).toString('base64url')}:${domain}`
      rooms.set(id, new Set(members))
      return id
    },
    membersOf: (roomId) => rooms.get(roomId) ?? new Set(),
    message: (roomId, sender, body, changes = {}) =>
      event(roomId, sender, 'm.room.message', { msgtype: 'm.text', body }, changes),
    invitation: (roomId, sender, invited, changes = {}) =>
      event(roomId, sender, 'm.room.member', { membership: 'invite' }, { state_key: invited, ...changes }),
    async tell(signpostUrl, events, txnId = String(++transactions)) {
      const response = await fetch(`${signpostUrl}/_matrix/app/v1/transactions/${txnId}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${hsToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ events }),
      })
      return response.status
    },
    refuse(part, status) {
      if (status === null) refusals.delete(part)
      else refusals.set(part, status)
    },
    stepIn: (next) => void (step = next ?? (() => {})),
    close: () => peer.close(),
  }
}
