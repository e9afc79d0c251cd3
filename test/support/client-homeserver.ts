import { startHttpPeer, type Handler, type HttpPeer, type SeenRequest } from './http-peer.ts'

export interface ClientHomeserverUser {
  readonly password: string
  readonly displayName?: string
  /** What the homeserver itself knows. */
  readonly email?: string
}

/** The part of the client API that clients reach through Signpost, over real HTTP; the rest answers 404. */
export interface ClientHomeserver {
  readonly url: string
  readonly domain: string
  readonly peer: HttpPeer
  /** A token of this user. */
  tokenOf(localpart: string): string
  /** Requests to a path, by its end, oldest first. */
  asked(tail: string): readonly SeenRequest[]
  /** Answers requests to paths with this end in another way; null mends it. */
  intercept(tail: string, handler: Handler | null): void
  close(): Promise<void>
}

export async function startClientHomeserver(
  users: Readonly<Record<string, ClientHomeserverUser>>,
  domain = 'example.org',
): Promise<ClientHomeserver> {
  const others = new Map<string, Handler>()
  const tokenOf = (localpart: string) => `token of ${localpart}`.replaceAll(' ', '_')
  const idOf = (localpart: string) => `@${localpart}:${domain}`
  const byToken = (request: SeenRequest) => {
    const token = /^Bearer (.+)$/.exec(String(request.headers.authorization))?.[1]
    const query = new URL(request.url, 'http://x').searchParams.get('access_token')
    return Object.keys(users).find((localpart) => tokenOf(localpart) === (token ?? query)) ?? null
  }
  const unknownToken = {
    status: 401,
    body: { errcode: 'M_UNKNOWN_TOKEN', error: 'Unknown', soft_logout: true },
  }

  function answer(request: SeenRequest): { status: number; body: unknown } {
    const { pathname } = new URL(request.url, 'http://x')
    const [, tail = ''] = /^\/_matrix\/client\/(?:api\/v1|r0|v3|unstable)\/(.+)$/.exec(pathname) ?? []
    const body = (request.body === '' ? {} : JSON.parse(request.body)) as Record<string, unknown>
    if (tail === 'login') return request.method === 'GET' ? flows : logIn(body)
    if (tail.startsWith('profile/')) return profile(decodeURIComponent(tail.slice('profile/'.length)))
    if (/^register\/\w+\/requestToken$/.test(tail)) return { status: 200, body: { sid: 'of-the-homeserver' } }
    const user = byToken(request)
    if (user === null) return unknownToken
    if (tail === 'account/whoami') return { status: 200, body: { user_id: idOf(user), device_id: 'D' } }
    if (tail === 'user_directory/search') return search(String(body['search_term']), Number(body['limit']))
    if (tail.startsWith('createRoom')) return { status: 200, body: { room_id: '!new:example.org' } }
    if (tail.startsWith('rooms/')) return { status: 200, body: {} }
    return { status: 404, body: { errcode: 'M_UNRECOGNIZED', error: 'Unrecognized request' } }
  }

  const flows = { status: 200, body: { flows: [{ type: 'm.login.sso' }, { type: 'm.login.password' }] } }

  function logIn(body: Record<string, unknown>) {
    const { type, password, token } = body
    const { user: named } = (body['identifier'] ?? body) as { user?: string }
    if (type === 'm.login.token')
      return token === 'right'
        ? { status: 200, body: { user_id: idOf('anna'), access_token: tokenOf('anna') } }
        : { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'Invalid login token' } }
    const localpart = named?.replace(/^@/, '').replace(/:.*$/, '')
    const user = localpart === undefined ? undefined : users[localpart]
    return user !== undefined && user.password === password
      ? { status: 200, body: { user_id: idOf(localpart ?? ''), access_token: tokenOf(localpart ?? '') } }
      : { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'Invalid username or password' } }
  }

  function profile(rest: string) {
    const [userId = '', field] = rest.split('/')
    const localpart = userId.slice(1, userId.indexOf(':'))
    const user = users[localpart]
    if (user === undefined) return { status: 404, body: { errcode: 'M_NOT_FOUND', error: 'No such user' } }
    const whole = {
      ...(user.displayName === undefined ? {} : { displayname: user.displayName }),
      avatar_url: 'mxc://x/y',
    }
    if (field === undefined) return { status: 200, body: whole }
    return { status: 200, body: Object.fromEntries(Object.entries(whole).filter(([name]) => name === field)) }
  }

  function search(term: string, limit: number) {
    const found = Object.entries(users).filter(([localpart, { displayName = '' }]) =>
      `${localpart} ${displayName}`.toLowerCase().includes(term.toLowerCase()),
    )
    const results = found.slice(0, limit).map(([localpart, { displayName }]) => ({
      user_id: idOf(localpart),
      display_name: displayName ?? null,
      avatar_url: `mxc://${domain}/${localpart}`,
    }))
    return { status: 200, body: { limited: found.length > limit, results } }
  }

  const tailOf = (request: SeenRequest) => new URL(request.url, 'http://x').pathname
  const peer = await startHttpPeer({
    handler(request, response) {
      const [, other] = [...others].find(([tail]) => tailOf(request).endsWith(tail)) ?? []
      if (other !== undefined) return other(request, response)
      const { status, body } = answer(request)
      response
        .writeHead(status, { 'content-type': 'application/json', 'x-own-header': 'of the homeserver' })
        .end(JSON.stringify(body))
    },
  })
  return {
    url: `http://127.0.0.1:${peer.port}`,
    domain,
    peer,
    tokenOf,
    asked: (tail) => peer.seen.filter((request) => tailOf(request).endsWith(tail)),
    intercept(tail, handler) {
      if (handler === null) others.delete(tail)
      else others.set(tail, handler)
    },
    close: () => peer.close(),
  }
}
