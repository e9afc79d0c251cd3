import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/poll.ts'
import { startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import type { HostileAnswer } from './support/check-answer.ts'
import { openRawConnection, type RawConnection } from './support/raw-connection.ts'

/** What must never happen: that broken, slow or greedy HTTP stops the server or slips a request past it. */
let world: IdentityWorld
let token: string
let port: number
let slow: RawConnection
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login('@alice:example.org')
  port = Number(new URL(world.appliance.publicAddress).port)
  // Cut off in the last test; the time until then is used by the others.
  slow = await openRawConnection(port)
  slow.write('GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ')
})
afterAll(async () => {
  slow.end()
  await world.stop()
})

const health = 'GET /health HTTP/1.1\r\nhost: id.example.org\r\n\r\n'

async function ask(
  bytes: string | Buffer,
): Promise<{ answer: HostileAnswer | null; connection: RawConnection }> {
  const connection = await openRawConnection(port)
  connection.write(bytes)
  return { answer: await connection.answer(), connection }
}

const post = (headers: string, body = '') =>
  `POST /_matrix/identity/v2/account/register HTTP/1.1\r\nhost: x\r\n${headers}\r\n${body}`
const smuggled = 'GET /health HTTP/1.1\r\nhost: x\r\n\r\n'

describe('a request of two lengths', () => {
  it.each([
    [
      'Content-Length and Transfer-Encoding',
      post('content-length: 5\r\ntransfer-encoding: chunked\r\n', `0\r\n\r\n${smuggled}`),
    ],
    ['two Content-Lengths', post('content-length: 2\r\ncontent-length: 40\r\n', `{}${smuggled}`)],
    ['a list of Content-Lengths', post('content-length: 2, 40\r\n', `{}${smuggled}`)],
    ['a signed Content-Length', post('content-length: +2\r\n', `{}${smuggled}`)],
    [
      'chunked that is not the last encoding',
      post('transfer-encoding: chunked, identity\r\n', `0\r\n\r\n${smuggled}`),
    ],
    ['chunked in disguise', post('transfer-encoding: xchunked\r\n', `0\r\n\r\n${smuggled}`)],
    [
      'a folded header',
      post('x-folded: a\r\n transfer-encoding: chunked\r\ncontent-length : 2\r\n', `{}${smuggled}`),
    ],
    ['a space before the colon', post('content-length : 2\r\n', `{}${smuggled}`)],
    [
      'a chunk size that is none',
      post('transfer-encoding: chunked\r\n', `0x2\r\n{}\r\n0\r\n\r\n${smuggled}`),
    ],
    ['a bare line feed in the headers', post('x-a: b\ncontent-length: 2\r\n', `{}${smuggled}`)],
  ])('by %s is refused, and nothing behind it is read', async (_what, bytes) => {
    const { answer, connection } = await ask(bytes)
    expect(answer).toMatchObject({ status: 400, headers: { 'access-control-allow-origin': '*' } })
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({
      errcode: 'M_UNKNOWN',
      error: expect.stringMatching(/\S/),
    })
    await eventually(() => connection.closed, { what: 'the end of the connection' })
    expect(connection.rest()).toBe('')
  })
})

describe('a connection', () => {
  it('with headers above the limit gets 431 in the form of every error', async () => {
    const { answer } = await ask(`GET /health HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`)
    expect(answer).toMatchObject({ status: 431, headers: { 'access-control-allow-origin': '*' } })
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ errcode: 'M_TOO_LARGE' })
  })

  it('with a body of 2 MB gets 413, and the next one is answered', async () => {
    const answer = await world.api.post('/v2/account/register', { body: 'x'.repeat(2 * 2 ** 20) })
    expect([answer.status, answer.body]).toEqual([413, expect.objectContaining({ errcode: 'M_TOO_LARGE' })])
    expect((await world.api.get('/health')).status).toBe(200)
  })

  it('with many requests at once gets all answers, in order', async () => {
    const connection = await openRawConnection(port)
    connection.write(`${health}${post('content-length: 2\r\n', '{}')}`.repeat(200))
    const statuses: (number | undefined)[] = []
    for (let index = 0; index < 400; index++) statuses.push((await connection.answer())?.status)
    expect(statuses).toEqual(Array.from({ length: 200 }, () => [200, 400]).flat())
    connection.end()
  })

  it('of HTTP/1.0 is answered and closed', async () => {
    const { answer, connection } = await ask('GET /health HTTP/1.0\r\n\r\n')
    expect(answer?.status).toBe(200)
    await eventually(() => connection.closed, { what: 'the end of the connection' })
  })

  it('that expects 100-continue may send its body', async () => {
    const { answer } = await ask(post('expect: 100-continue\r\ncontent-length: 2\r\n', '{}'))
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('M_MISSING_PARAMS') })
  })

  it('is served while two thousand others say nothing', async () => {
    const idle = await Promise.all(Array.from({ length: 2000 }, () => openRawConnection(port)))
    expect((await world.api.get('/health')).status).toBe(200)
    for (const connection of idle) connection.end()
  })
})

it('A mail whose request is broken off is sent all the same', async () => {
  const json = JSON.stringify({
    client_secret: 'broken-off',
    email: 'broken-off@example.net',
    send_attempt: 1,
  })
  const connection = await openRawConnection(port)
  connection.write(
    `POST /_matrix/identity/v2/validate/email/requestToken HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: ${json.length}\r\n\r\n${json}`,
  )
  const { db } = world.appliance.storage
  await eventually(
    () =>
      db
        .selectFrom('sessions')
        .select('sid')
        .where('address', '=', 'broken-off@example.net')
        .executeTakeFirst(),
    {
      what: 'the session',
      intervalMs: 1,
    },
  )
  connection.end()
  await world.mail.waitFor(({ to }) => to.includes('broken-off@example.net'))
  expect(world.mail.messages.filter(({ to }) => to.includes('broken-off@example.net'))).toHaveLength(1)
})

it('Headers that never end are cut off', { timeout: 90_000 }, async () => {
  const drip = setInterval(() => slow.write('a'), 1000)
  const answer = await slow.answer()
  clearInterval(drip)
  expect(answer?.status ?? 408).toBe(408)
  await eventually(() => slow.closed, { what: 'the end of the slow connection' })
})
