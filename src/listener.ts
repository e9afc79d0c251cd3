import type { IncomingMessage, ServerResponse } from 'node:http'
import { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { OperatorError } from './config/operator-error.ts'
import { openDoor, type Door } from './door.ts'
import { asListenError, type ListenAddress } from './listen.ts'
import { collide, includes, isSamePlace, placeOf, reaches, type LocalEnd, type Place } from './place.ts'

/** An app behind one or more doors: while it moves to another address, the former one stays open as long as needed. */
export interface Listener {
  /** Base URL of the place that was opened last, with the real port. */
  url(): string
  /**
   * Opens a place beside what is open. Where both cannot be open at once (a wildcard and an address on one port), the
   * wider one stands for both. On failure all is as before. Throws `OperatorError` when the port is taken or not allowed.
   */
  open(at: ListenAddress): Promise<void>
  /** Why a place cannot be opened, found out by opening it for an instant; null when it can. */
  refusal(at: ListenAddress): Promise<OperatorError | null>
  /** Closes every place but this one; connections that came through them end with their next answer. Throws as `open`. */
  keepOnly(at: ListenAddress): Promise<void>
  /** Whether the place is open and this end of a connection belongs to it. */
  covers(at: ListenAddress, end: LocalEnd): boolean
  /** Finishes the requests under way, then closes the app and every door. */
  close(): Promise<void>
}

export interface ListenerOptions {
  readonly app: FastifyInstance
  /** For messages: `server.listen`. */
  readonly key: string
  /** How long a stop waits for connections that do not end. Default: longer than any request may take. */
  readonly graceMs?: number
}

interface Opened extends Place {
  /** Null while a wider place stands for this one. */
  door: Door | null
}

const DEFAULT_GRACE_MS = 35_000
const LOOK_EVERY_MS = 50

/** A listener that is not open yet. The app must have all its routes. */
export async function createListener({
  app,
  key,
  graceMs = DEFAULT_GRACE_MS,
}: ListenerOptions): Promise<Listener> {
  await app.ready()
  // With this event Node begins to look for requests that take too long (`server.requestTimeout`); the server itself
  // never listens.
  app.server.emit('listening')
  endStrays()
  /** In the order in which they were opened; the last one is the current one. */
  let places: Opened[] = []
  /** Doors that take no more connections, with what they still wait for. */
  const leaving = new Map<Door, Promise<void>>()

  /** The port of the system is free again when this returns, connections or not. */
  function shut(place: Opened): void {
    const { door } = place
    if (door === null) return
    place.door = null
    const gone = door.close().then(() => void leaving.delete(door))
    leaving.set(door, gone)
  }

  async function openInstead(place: Place, rivals: readonly Opened[]): Promise<Door> {
    rivals.forEach(shut)
    try {
      return await openDoor(app, place)
    } catch (error) {
      for (const rival of rivals) rival.door = await openDoor(app, rival)
      throw error
    }
  }

  async function open(at: ListenAddress): Promise<void> {
    const known = places.find((place) => isSamePlace(place.at, at))
    if (known !== undefined) {
      places = [...places.filter((place) => place !== known), known]
      return
    }
    const place = await placeOf(at)
    const rivals = places.filter((each) => each.door !== null && collide(each, place))
    const isCovered = rivals.some((rival) => includes(rival, place))
    const door = isCovered ? null : await openInstead(place, rivals)
    places = [...places, { ...place, door }]
  }

  /** What collides with a place of our own would be refused on our own account; it is found out when it is opened. */
  async function tryOut(at: ListenAddress): Promise<void> {
    if (places.some((place) => isSamePlace(place.at, at))) return
    const place = await placeOf(at)
    if (places.some((each) => each.door !== null && collide(each, place))) return
    await (await openDoor(app, place)).close()
  }

  async function keepOnly(at: ListenAddress): Promise<void> {
    const kept = places.find((place) => isSamePlace(place.at, at))
    if (kept === undefined) return
    const others = places.filter((place) => place !== kept)
    if (kept.door === null)
      kept.door = await openInstead(
        kept,
        others.filter(({ door }) => door !== null),
      )
    others.forEach(shut)
    places = [kept]
  }

  /** A connection whose door is gone would keep its client at an address that no longer answers others. */
  function endStrays(): void {
    app.server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      if (leaving.size > 0 && !isAtHome(request.socket)) response.setHeader('connection', 'close')
    })
  }

  const isAtHome = (end: LocalEnd) => places.some(({ door }) => door?.covers(end) === true)

  async function withReason(at: ListenAddress, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      throw await asListenError(error, at, key)
    }
  }

  return {
    url() {
      const current = places.at(-1)
      return current === undefined ? '' : urlOf(app, current)
    },
    open: (at) => withReason(at, () => open(at)),
    keepOnly: (at) => withReason(at, () => keepOnly(at)),
    async refusal(at) {
      try {
        await withReason(at, () => tryOut(at))
        return null
      } catch (error) {
        if (error instanceof OperatorError) return error
        throw error
      }
    },
    covers(at, end) {
      const place = places.find((each) => isSamePlace(each.at, at))
      if (place === undefined) return false
      if (place.door !== null) return place.door.covers(end)
      return end.localPort === at.port && place.hosts.some((host) => reaches(host, end.localAddress))
    },
    async close() {
      places.forEach(shut)
      const doors = [...leaving]
      const idle = setInterval(() => app.server.closeIdleConnections(), LOOK_EVERY_MS)
      const grace = setTimeout(() => doors.forEach(([door]) => door.cut()), graceMs)
      try {
        await Promise.all([app.close(), ...doors.map(([, gone]) => gone)])
      } finally {
        clearInterval(idle)
        clearTimeout(grace)
      }
    },
  }
}

/** A wildcard is no address that anybody could open. */
function urlOf(app: FastifyInstance, { at, door }: Opened): string {
  const scheme = app.server instanceof TlsServer ? 'https' : 'http'
  const host = at.host === '0.0.0.0' ? '127.0.0.1' : at.host === '::' ? '::1' : at.host
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${door?.port ?? at.port}`
}
