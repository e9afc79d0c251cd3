import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { HttpClient } from '../../src/net/http-client.ts'
import { createWellKnown } from '../../src/net/well-known.ts'
import { createAuthority } from '../support/certificate-authority.ts'
import { json, startHttpPeer, type Handler, type HttpPeer } from '../support/http-peer.ts'
import { constantRandom, createOutgoing, manualClock } from '../support/outgoing.ts'
import { createTempDir } from '../support/temp-dir.ts'

let site: HttpPeer
let http: HttpClient
let seenBefore = 0
const minute = 60_000
const hour = 60 * minute

beforeAll(async () => {
  const authority = await createAuthority(await createTempDir('well-known'))
  site = await startHttpPeer({ tls: await authority.issue(['site.test']) })
  const real = createOutgoing({ allowPrivate: ['127.0.0.1'], ca: authority.caPem, timeoutMs: 3_000 }).http
  // Port 443 belongs to root; only the TCP target is moved, name and certificate stay those of the URL.
  const targets = [{ host: '127.0.0.1', port: site.port }]
  http = { ...real, request: (request) => real.request({ ...request, targets }) }
})
afterAll(() => site.close())
beforeEach(() => {
  seenBefore = site.seen.length
})

function setUp(handler: Handler) {
  site.handle(handler)
  const clock = manualClock()
  const wellKnown = createWellKnown({ http, clock, random: constantRandom(0) })
  return { clock, lookup: () => wellKnown.lookup('site.test'), asked: () => site.seen.length - seenBefore }
}
const good = { 'm.server': 'matrix.site.test:443' }
const answer = { delegated: 'matrix.site.test:443' }
const raw =
  (status: number, headers: Record<string, string>, body: string): Handler =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body)

describe('a delegation', () => {
  it('is read from /.well-known/matrix/server under the certificate of the name', async () => {
    expect(await setUp(json(200, good)).lookup()).toEqual(answer)
    expect(site.seen.at(-1)).toMatchObject({
      url: '/.well-known/matrix/server',
      sni: 'site.test',
      headers: { host: 'site.test' },
    })
  })

  it('is read whatever the content type, and with further members', async () => {
    const body = JSON.stringify({ ...good, more: [1] })
    expect(await setUp(raw(200, { 'content-type': 'text/html' }, body)).lookup()).toEqual(answer)
  })

  it('is read behind a redirect', async () => {
    const handler: Handler = (request, response) =>
      request.url === '/moved'
        ? json(200, good)(request, response)
        : raw(301, { location: '/moved' }, '')(request, response)
    expect(await setUp(handler).lookup()).toEqual(answer)
  })

  it.each<[string, Handler]>([
    ['is missing (404)', json(404, good)],
    ['comes with status 500', json(500, good)],
    ['comes with status 204', raw(204, {}, '')],
    ['is an HTML page', raw(200, {}, '<html>')],
    ['is empty', raw(200, {}, '')],
    ['is a list', json(200, [good])],
    ['is null', json(200, null)],
    ['lacks m.server', json(200, { server: 'x' })],
    ['has m.server as an object', json(200, { 'm.server': { host: 'x' } })],
    ['has m.server as a number', json(200, { 'm.server': 8448 })],
    ['names a URL', json(200, { 'm.server': 'https://matrix.site.test' })],
    ['names an empty server', json(200, { 'm.server': '' })],
    ['names an impossible port', json(200, { 'm.server': 'a.test:99999' })],
    ['redirects in a loop', raw(302, { location: '/.well-known/matrix/server' }, '')],
    ['has 10 MB', raw(200, {}, JSON.stringify({ ...good, pad: 'x'.repeat(10_000_000) }))],
    ['never comes', () => undefined],
  ])('is none when it %s', async (_what, handler) => {
    expect(await setUp(handler).lookup()).toBeNull()
  })
})

describe('the cache of delegations', () => {
  const lifetimes: [string, Record<string, string>, number][] = [
    ['24 hours without headers', {}, 24 * hour],
    ['as long as max-age says', { 'cache-control': 'public, max-age=600' }, 10 * minute],
    ['48 hours at most', { 'cache-control': 'max-age=31536000' }, 48 * hour],
    ['until Expires', { expires: 'Thu, 01 Jan 2026 03:00:00 GMT' }, 3 * hour],
    [
      'as max-age says, not Expires',
      { 'cache-control': 'max-age=60', expires: 'Thu, 01 Jan 2026 03:00:00 GMT' },
      minute,
    ],
  ]
  it.each(lifetimes)('keeps one %s', async (_what, headers, lifetime) => {
    const { lookup, clock, asked } = setUp(json(200, good, headers))
    await lookup()
    clock.advance(lifetime - 1)
    expect([await lookup(), asked()]).toEqual([answer, 1])
    clock.advance(1)
    expect([await lookup(), asked()]).toEqual([answer, 2])
  })

  it.each<[string, Record<string, string>]>([
    ['no-store', { 'cache-control': 'no-store, max-age=600' }],
    ['max-age=0', { 'cache-control': 'max-age=0' }],
    ['an Expires that is no date', { expires: '0' }],
    ['an Expires that is over', { expires: 'Wed, 31 Dec 2025 00:00:00 GMT' }],
  ])('keeps nothing with %s', async (_what, headers) => {
    const { lookup, asked } = setUp(json(200, good, headers))
    await lookup()
    expect([await lookup(), asked()]).toEqual([answer, 2])
  })

  it('keeps failures a minute at first, twice as long each time, an hour at most', async () => {
    const { lookup, clock, asked } = setUp(json(404, {}))
    const waits = [1, 2, 4, 8, 16, 32, 60, 60].map((minutes) => minutes * minute)
    await lookup()
    for (const [index, wait] of waits.entries()) {
      clock.advance(wait - 1)
      await lookup()
      expect(asked()).toBe(index + 1)
      clock.advance(1)
      await lookup()
      expect(asked()).toBe(index + 2)
    }
  })

  it('asks once for lookups at the same time', async () => {
    const { lookup, asked } = setUp(json(200, good))
    expect(await Promise.all([lookup(), lookup(), lookup()])).toEqual([answer, answer, answer])
    expect(asked()).toBe(1)
  })
})
