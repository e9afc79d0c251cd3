import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClientAddress } from '../../../src/net/trusted-proxies.ts'
import { freePorts } from '../../support/free-port.ts'
import { describeWith } from '../../support/skip.ts'
import { proxyPrograms, proxyUnavailable, startProxy, type RunningProxy } from './support/programs.ts'
import { createSiteCertificate, onLoopback, renderSite, type SiteCertificate } from './support/sites.ts'
import { startStandIn, type StandIn } from './support/stand-in.ts'
import { createVisitor, visitorAddress, type Visitor } from './support/visitor.ts'

const host = 'matrix.example.org'
const MIB = 1024 * 1024
const identity = '/_matrix/identity/v2'
const client = '/_matrix/client/v3'

let certificate: SiteCertificate
let signpost: StandIn
let homeserver: StandIn

beforeAll(async () => {
  certificate = await createSiteCertificate()
  signpost = await startStandIn('signpost')
  homeserver = await startStandIn('homeserver')
})
afterAll(async () => {
  await signpost?.close()
  await homeserver?.close()
})

const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex')

for (const name of ['nginx', 'apache', 'caddy', 'haproxy'] as const) {
  const program = proxyPrograms[name]
  describeWith(name, proxyUnavailable(program), `what passes through a site of ${name}`, () => {
    let proxy: RunningProxy
    let visitor: Visitor
    let port: number

    beforeAll(async () => {
      ;[port] = await freePorts(1)
      const upstreams = { signpost: onLoopback(signpost.port), homeserver: onLoopback(homeserver.port) }
      const site = renderSite(name, certificate, { host, port, ...upstreams })
      proxy = await startProxy(program, [site], [port])
      visitor = createVisitor({ host, port, ca: certificate.ca })
    })
    afterAll(async () => {
      visitor?.close()
      await proxy?.stop()
    })

    const paths = [
      `${identity}/pubkey/ed25519:0`,
      `${identity}/x%2Fy%2fz`,
      `${identity}/a+b%20c;d=e,f!$&'()*~`,
      `${identity}/%C3%BC%F0%9F%98%80/%25/%3F/%23/%5C`,
      `${identity}/3pid?q=a%2Fb+c%20d;e&f=%C3%BC&g=/%3F?`,
      `${client}/login?redirect=https%3A%2F%2Fx%2F%3Fa=b`,
      `${client}/rooms/!a%2Fb%3Aexample.org/invite?x=%2F&y=+`,
      `${client}/profile/@%C3%A4%2F;+=:example.org/displayname`,
      `${client}/rooms/%21x%3Aexample.org/state/m.room.name/%2F%25?format=%2F`,
      '/_matrix/federation/v1/query/directory?room_alias=%23a%2Bb%3Aexample.org',
    ]
    it.each(paths)('keeps every byte of %s', async (path) => {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const { seen } = await visitor.ask({ method, path })
        expect(seen()).toMatchObject({ method, url: path })
      }
    })

    it('keeps the host, the token and the language, and says that https was used', async () => {
      for (const path of [
        `${identity}/account`,
        `${client}/login`,
        `${client}/profile/@a:b`,
        `${client}/sync`,
      ]) {
        const headers = {
          authorization: 'Bearer syt_a+b/c==',
          'accept-language': 'de',
          'user-agent': 'Element/1',
        }
        const { seen } = await visitor.ask({ path, headers })
        expect(seen().headers).toMatchObject({ ...headers, 'x-forwarded-proto': 'https' })
        // A proxy on another port than 443 says which.
        expect(seen().headers.host).toMatch(new RegExp(`^matrix\\.example\\.org(:${port})?$`))
        expect(seen().httpVersion).toBe('1.1')
      }
    })

    it('tells Signpost the address of the client, whatever the client claims to be', async () => {
      const addressOf = createClientAddress({ trustedProxies: ['127.0.0.1'] })
      for (const path of [`${identity}/account`, `${client}/login`, `${client}/profile/@a:b`]) {
        for (const claimed of [undefined, '6.6.6.6', '6.6.6.6, 127.0.0.1', 'nonsense']) {
          const headers = claimed === undefined ? {} : { 'x-forwarded-for': claimed }
          const { seen } = await visitor.ask({ path, headers })
          expect(addressOf('127.0.0.1', seen().headers['x-forwarded-for'])).toBe(visitorAddress)
        }
      }
    })

    it('tells Signpost one address only in what goes on to the homeserver', async () => {
      for (const path of [`${client}/login`, `${client}/profile/@a:b`]) {
        const { seen } = await visitor.ask({ path, headers: { 'x-forwarded-for': '6.6.6.6' } })
        expect(seen()).toMatchObject({ who: 'signpost', headers: { 'x-forwarded-for': visitorAddress } })
      }
    })

    it('tells the homeserver no other address than that of the client, since Synapse believes the first', async () => {
      for (const [method, path] of [
        ['GET', `${client}/sync`],
        ['PUT', `${client}/profile/@a:b/displayname`],
        ['PUT', `${client}/rooms/!a:b/state/x/invite`],
      ] as const) {
        const { seen } = await visitor.ask({ method, path, headers: { 'x-forwarded-for': '6.6.6.6' } })
        expect(seen()).toMatchObject({ who: 'homeserver', headers: { 'x-forwarded-for': visitorAddress } })
      }
    })

    it('takes bodies a little above the limit of Signpost, which refuses them in a way clients understand', async () => {
      const body = randomBytes(MIB + 1000)
      for (const path of [`${identity}/lookup`, `${client}/user_directory/search`]) {
        const { seen } = await visitor.ask({ method: 'POST', path, body })
        expect(seen()).toMatchObject({ who: 'signpost', bodyLength: body.length, bodyHash: sha256(body) })
      }
    })

    it('takes uploads to the homeserver of 50 MiB', { timeout: 60_000 }, async () => {
      const body = randomBytes(50 * MIB)
      const { seen } = await visitor.ask({ method: 'POST', path: '/_matrix/media/v3/upload', body })
      expect(seen()).toMatchObject({ who: 'homeserver', bodyLength: body.length, bodyHash: sha256(body) })
    })

    it('adds no CORS headers to those of the servers behind it', async () => {
      for (const path of [`${identity}/account`, `${client}/login`, `${client}/sync`]) {
        const { rawHeaders } = await visitor.ask({ path })
        const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
        expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([
          'access-control-allow-origin',
        ])
      }
    })

    it('passes the events of a stream on as they come', async () => {
      const response = await visitor.open({ path: `${client}/stream` })
      let received = ''
      for await (const chunk of response) {
        // The stand-in writes the rest only when the beginning has come through.
        if (received === '') homeserver.finishStream()
        received += String(chunk)
      }
      expect(received).toBe('data: first\n\ndata: last\n\n')
    })

    it('passes WebSockets to the homeserver', async () => {
      const { who, socket } = await visitor.upgrade(`${client}/socket`)
      expect(who).toBe('homeserver')
      socket.write('there')
      expect(String((await once(socket, 'data'))[0])).toBe('there')
      socket.write('and back')
      expect(String((await once(socket, 'data'))[0])).toBe('and back')
      socket.destroy()
    })
  })
}
