import type { ServerResponse } from 'node:http'
import { json, startHttpPeer, type SeenRequest } from '../../support/http-peer.ts'

/** How a homeserver answers, or does not. */
export type Mood =
  | 'fine'
  /** Nothing listens. */
  | 'refused'
  | 'reset'
  /** A proxy's page. */
  | 'bad-gateway'
  | 'web-page'
  | 'missing'
  | 'busy'

export interface Delivered {
  readonly token: string
  readonly address: string
}

/** A homeserver over real HTTP, which counts what it took. */
export interface FailingHomeserver {
  readonly url: string
  mood: Mood
  /** What it turned into memberships, in this order. */
  readonly taken: readonly Delivered[]
  readonly requests: number
  close(): Promise<void>
}

export interface Trouble {
  /** Asked before it takes an invitation; true: it takes it, and the answer gets lost. */
  losesAnswer(delivered: Delivered): Promise<boolean>
  /** True: it answers 500 to this one, in its own words. */
  isSick(delivered: Delivered, room: string): boolean
}

export async function startFailingHomeserver(trouble: Trouble): Promise<FailingHomeserver> {
  const taken: Delivered[] = []
  let requests = 0
  const take = async (request: SeenRequest, response: ServerResponse) => {
    const body = JSON.parse(request.body) as {
      address: string
      invites: [{ room_id: string; signed: { token: string } }]
    }
    const [{ room_id: room, signed }] = body.invites
    const delivered = { token: signed.token, address: body.address }
    if (trouble.isSick(delivered, room))
      return json(500, { errcode: 'M_UNKNOWN', error: 'Internal server error' })(request, response)
    const isLost = await trouble.losesAnswer(delivered)
    taken.push(delivered)
    if (isLost) response.destroy()
    else json(200, {})(request, response)
  }
  const page = (status: number) => (_request: SeenRequest, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Sorry</h1>')
  const answers = {
    fine: (request: SeenRequest, response: ServerResponse) => void take(request, response),
    refused: (_request: SeenRequest, response: ServerResponse) => void response.destroy(),
    reset: (_request: SeenRequest, response: ServerResponse) => void response.destroy(),
    'bad-gateway': page(502),
    'web-page': page(200),
    missing: page(404),
    busy: json(429, { errcode: 'M_LIMIT_EXCEEDED', error: 'Too many requests' }, { 'retry-after': '600' }),
  }
  const peer = await startHttpPeer({
    handler(request, response) {
      requests++
      answers[homeserver.mood](request, response)
    },
  })
  const homeserver: FailingHomeserver = {
    url: `http://127.0.0.1:${peer.port}`,
    mood: 'fine',
    taken,
    get requests() {
      return requests
    },
    close: () => peer.close(),
  }
  return homeserver
}
