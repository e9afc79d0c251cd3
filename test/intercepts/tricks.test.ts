import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRawConnection } from '../hostile/support/raw-connection.ts'
import { eventually } from '../support/poll.ts'
import { startInterceptWorld, type InterceptWorld } from './support/world.ts'

const client = '/_matrix/client/v3'
const MAX_BODY = 1024 * 1024
const invite = { id_server: 'x', id_access_token: 'y', medium: 'email', address: 'x@y.example' }
const signIn = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'bob' }, password: 'x' }

/** Whatever changes something, with a body that is decided about. */
const endpoints = [
  ['POST', `${client}/login`, signIn],
  ['POST', `${client}/user_directory/search`, { search_term: 'gruber' }],
  ['POST', `${client}/register/email/requestToken`, { email: 'x@stranger.example', client_secret: 's' }],
  ['POST', `${client}/rooms/!a:example.org/invite`, invite],
  ['PUT', `${client}/rooms/!a:example.org/invite/1`, invite],
  ['POST', `${client}/createRoom`, { invite_3pid: [invite] }],
] as const

describe('a request that is written to deceive', () => {
  let world: InterceptWorld
  beforeAll(async () => {
    world = await startInterceptWorld({
      authentication: { enabled: true },
      directory: { enabled: true },
      registration: { enabled: true },
      roomInvites: { enabled: true, roles: ['teachers'] },
    })
  })
  afterAll(() => world?.stop())

  const port = () => Number(new URL(world.appliance.publicAddress).port)
  const head = (method: string, path: string, ...more: readonly string[]) =>
    [
      `${method} ${path} HTTP/1.1`,
      'host: matrix.example.org',
      `authorization: Bearer ${world.homeserver.tokenOf('bob')}`,
      ...more,
      '\r\n',
    ].join('\r\n')
  /** What reached the homeserver but for its questions whose token it is. */
  const passed = () => world.homeserver.peer.seen.filter(({ url }) => !url.endsWith('/whoami'))

  async function send(bytes: string | Buffer) {
    const connection = await openRawConnection(port())
    connection.write(bytes)
    return { answer: await connection.answer(), connection }
  }

  describe.each(endpoints)('%s %s', (method, path, body) => {
    const text = JSON.stringify(body)
    const smuggled = `POST ${client}/createRoom HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}`

    test.each([
      [
        'two lengths',
        [`content-length: ${text.length}`, 'transfer-encoding: chunked'],
        `0\r\n\r\n${smuggled}`,
      ],
      ['one length twice', ['content-length: 2', `content-length: ${text.length}`], `{}${smuggled}`],
      ['a length with a sign', [`content-length: +${text.length}`], text + smuggled],
      ['an encoding in disguise', ['transfer-encoding: xchunked'], `0\r\n\r\n${smuggled}`],
      ['a chunk that is none', ['transfer-encoding: chunked'], `0x2\r\n{}\r\n0\r\n\r\n${smuggled}`],
    ])('with %s is refused, and nothing behind it is read', async (_what, headers, rest) => {
      const before = passed().length
      const { answer, connection } = await send(head(method, path, ...headers) + rest)
      expect(answer?.status).toBe(400)
      await eventually(() => connection.closed, { what: 'the end of the connection' })
      expect(connection.rest()).toBe('')
      expect(passed().length).toBe(before)
    })

    test('with more than may be sent is refused, however it is sent', async () => {
      const before = passed().length
      const large = JSON.stringify({ ...body, padding: 'x'.repeat(MAX_BODY) })
      const whole = await send(head(method, path, `content-length: ${large.length}`) + large)
      const chunk = `${large.length.toString(16)}\r\n${large}\r\n`
      const inChunks = await send(head(method, path, 'transfer-encoding: chunked') + chunk)
      for (const { answer } of [whole, inChunks]) {
        expect(answer?.status).toBe(413)
        expect(JSON.parse(answer?.body ?? '')).toMatchObject({ errcode: 'M_TOO_LARGE' })
      }
      expect(passed().length).toBe(before)
    })

    test('with a body that is packed or in another alphabet is refused', async () => {
      const before = passed().length
      const bodies = [
        [gzipSync(text), 'content-encoding: gzip'],
        [Buffer.from(text, 'utf16le'), 'content-type: application/json; charset=utf-16le'],
        [Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"\xff":1}', 'latin1')]), 'x: y'],
      ] as const
      for (const [bytes, header] of bodies) {
        const sent = Buffer.from(head(method, path, header, `content-length: ${bytes.length}`))
        const { answer } = await send(Buffer.concat([sent, bytes]))
        expect(answer?.status).toBe(400)
      }
      expect(passed().length).toBe(before)
    })

    test('is judged by its method, whatever headers say about it', async () => {
      const before = passed().length
      const tricks = ['x-http-method-override: PUT', 'x-original-url: /', `x-rewrite-url: ${client}/versions`]
      const { answer } = await send(head(method, path, ...tricks, `content-length: ${text.length}`) + text)
      expect(answer?.status).toBeGreaterThanOrEqual(path.endsWith('/search') ? 200 : 400)
      for (const { headers, url } of passed().slice(before)) {
        expect(url).toBe(path)
        expect(Object.keys(headers).filter((name) => /override|original|rewrite/.test(name))).toEqual([])
      }
    })
  })

  test('cannot name the host or the address from which it comes', async () => {
    const text = JSON.stringify(signIn)
    const headers = [
      ...['x-forwarded-for: 10.0.0.1, 198.51.100.7, 203.0.113.9', 'x-real-ip: 10.0.0.1'],
      ...['forwarded: for=10.0.0.1;host=evil.example', 'x-forwarded-host: evil.example'],
      ...['x-forwarded-proto: http', 'x-client-ip: 10.0.0.1', 'via: 1.1 cache'],
    ]
    await send(head('POST', `${client}/login`, ...headers, `content-length: ${text.length}`) + text)
    const { headers: seen } = world.homeserver.asked('/login').at(-1) ?? { headers: {} }
    expect(seen).toMatchObject({
      // The last proxy is ours, and the one before it is where the connection came from.
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'matrix.example.org',
      'x-forwarded-proto': 'https',
      host: new URL(world.homeserver.url).host,
    })
    for (const name of ['x-real-ip', 'forwarded', 'x-client-ip']) expect(seen).not.toHaveProperty(name)
  })

  test('may have its token in the query, and is judged like any other', async () => {
    const query = { access_token: world.homeserver.tokenOf('bob') }
    const before = passed().length
    const asked = await world.api.post(`${client}/rooms/!a:example.org/invite`, { query, json: invite })
    expect(asked).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } })
    for (const odd of [
      'access_token=a&access_token=b',
      'access_token[]=a&access_token=b',
      'access_token=&access_token=b',
    ]) {
      const answer = await world.api.post(`${client}/createRoom?${odd}`, { json: { invite_3pid: [invite] } })
      expect(answer.status).toBe(401)
    }
    expect(passed().length).toBe(before)
  })

  test('has one address of ours, by which its guesses are counted, whatever it makes up', async () => {
    await world.configure({
      authentication: { enabled: true },
      rateLimits: { enabled: true, signInPerIp: { perMinute: 0.5, burst: 3 } },
    })
    const guess = (index: number, from: string) =>
      world.api.post(`${client}/login`, {
        json: { ...signIn, identifier: { type: 'm.id.user', user: `guessed-${index}` } },
        headers: { 'x-forwarded-for': `10.0.0.${index}, ${from}`, 'x-real-ip': `10.0.1.${index}` },
      })
    const before = world.homeserver.asked('/login').length
    const guesses = await Promise.all(Array.from({ length: 8 }, (_, index) => guess(index, '203.0.113.9')))
    expect(guesses.map(({ status }) => status).toSorted()).toEqual([403, 403, 403, 429, 429, 429, 429, 429])
    expect(world.homeserver.asked('/login').length).toBe(before + 3)
    expect((await guess(9, '203.0.113.10')).status).toBe(403)
  })
})
