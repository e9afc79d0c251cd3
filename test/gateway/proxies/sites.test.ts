import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { ProxySite } from '../../../src/gateway/snippets/site.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { run } from '../../support/child-process.ts'
import { freePorts } from '../../support/free-port.ts'
import { describeWith } from '../../support/skip.ts'
import { combinations, noFeatures } from './support/combinations.ts'
import { checkProxy, proxyPrograms, proxyUnavailable, startProxy } from './support/programs.ts'
import { createSiteCertificate, onLoopback, renderSite, type SiteCertificate } from './support/sites.ts'
import { startStandIn, type StandIn } from './support/stand-in.ts'
import { createVisitor, type Visitor } from './support/visitor.ts'

const host = 'matrix.example.org'
const wellKnown = {
  client: {
    'm.homeserver': { base_url: 'https://matrix.example.org' },
    'org.example': `it's "50 %" $x \`\\ {a} <ü>`,
  },
  server: { 'm.server': 'matrix.example.org:443' },
}

let certificate: SiteCertificate
let signpost: TestAppliance
let homeserver: StandIn

beforeAll(async () => {
  certificate = await createSiteCertificate()
  homeserver = await startStandIn('homeserver')
  signpost = await startTestAppliance({
    config: {
      matrix: { domain: 'example.org' },
      server: {
        publicUrl: `https://${host}`,
        listen: { port: 0 },
        tls: {
          mode: 'files',
          certificate: certificate.separate.chain,
          privateKey: certificate.separate.key,
        },
      },
    },
  })
})
afterAll(async () => {
  await signpost?.stop()
  await homeserver?.close()
})

for (const name of ['nginx', 'apache', 'caddy', 'haproxy'] as const) {
  const program = proxyPrograms[name]
  describeWith(name, proxyUnavailable(program), `sites of ${name}`, () => {
    const render = (site: Partial<ProxySite>) => renderSite(name, certificate, { host, ...site })

    async function visit(port: number, site: Partial<ProxySite>, ports = [port]): Promise<Visitor> {
      const text = render({ port, homeserver: onLoopback(homeserver.port), ...site })
      const proxy = await startProxy(program, [text], ports)
      onTestFinished(() => proxy.stop())
      const visitor = createVisitor({ host, port, ca: certificate.ca })
      onTestFinished(() => visitor.close())
      return visitor
    }

    it.each([
      ['the usual one', { plainPort: 80 }],
      ['with nothing on', { features: noFeatures }],
      ['without the homeserver', { homeserver: null }],
      ['with nothing at all', { features: noFeatures, homeserver: null }],
      ['with TLS behind it', { signpost: { host: '127.0.0.1', port: 8443, tls: true, tlsName: host } }],
      [
        'with TLS to other machines',
        {
          signpost: { host: '192.0.2.1', port: 8443, tls: true, tlsName: host },
          homeserver: { host: '2001:db8::1', port: 8448, tls: true, tlsName: 'hs.example.org' },
        },
      ],
      ['with documents of its own', { wellKnown }],
      ['with documents of the homeserver', { wellKnown: 'homeserver' as const }],
    ] satisfies [string, Partial<ProxySite>][])(
      'pass the check of the proxy without a warning: %s',
      async (_title, site) => {
        const said = await checkProxy(program, [render({ port: 443, ...site })], [443, 80])
        expect(program.complaints(said)).toEqual([])
      },
    )

    it('pass the check of the proxy in every combination of features', { timeout: 120_000 }, async () => {
      // HAProxy binds nothing while it checks, so one port does for all.
      const sites = combinations.map((features, n) =>
        render({ host: `c${n}.example.org`, port: 443, features }),
      )
      expect(program.complaints(await checkProxy(program, sites, [443]))).toEqual([])
    })

    it('reach a Signpost that speaks TLS itself, and leave its answers as they are', async () => {
      const [port] = await freePorts(1)
      const upstream = {
        host: '127.0.0.1',
        port: Number(new URL(signpost.publicAddress).port),
        tls: true,
        tlsName: host,
      }
      const visitor = await visit(port, { signpost: upstream })
      const versions = await visitor.ask({ path: '/_matrix/identity/versions' })
      expect(JSON.parse(versions.text)).toHaveProperty('versions')

      const refused = await visitor.ask({ path: '/_matrix/identity/v2/account' })
      expect(JSON.parse(refused.text)).toMatchObject({ errcode: 'M_UNAUTHORIZED' })
      const preflight = await visitor.ask({ method: 'OPTIONS', path: '/_matrix/identity/v2/lookup' })
      expect(preflight.status).toBe(204)
      for (const { rawHeaders } of [versions, refused, preflight]) {
        const allowed = rawHeaders.filter((header) => /^access-control-allow-origin$/i.test(header))
        expect(allowed).toHaveLength(1)
      }
    })

    it('send browsers from http to https', async () => {
      // Caddy does that by itself, on port 80 of the machine.
      if (name === 'caddy') return expect(render({ plainPort: 80 })).not.toMatch(/:80\b/)
      const [port, plainPort] = await freePorts(2)
      await visit(port, { plainPort }, [port, plainPort])
      const { status, location } = await askPlain(plainPort, '/_matrix/client/versions?a=%2F')
      expect(status).toBe(301)
      expect(location).toMatch(/^https:\/\/matrix\.example\.org(:\d+)?\/_matrix\/client\/versions\?a=%2F$/)
    })

    it('answer /.well-known/matrix themselves, or leave it to the homeserver', async () => {
      // Apache serves files, which the remark in its site says how to write.
      if (name === 'apache')
        return expect(render({ wellKnown })).toContain('Alias /.well-known/matrix/client')
      const [port] = await freePorts(1)
      const visitor = await visit(port, { wellKnown })
      for (const document of ['client', 'server'] as const) {
        const answer = await visitor.ask({ path: `/.well-known/matrix/${document}` })
        expect(JSON.parse(answer.text)).toEqual(wellKnown[document])
        expect(headerOf(answer.rawHeaders, 'access-control-allow-origin')).toBe('*')
        expect(headerOf(answer.rawHeaders, 'content-type')).toMatch(/^application\/json/)
      }
      const [other] = await freePorts(1)
      const delegated = await visit(other, { wellKnown: 'homeserver' })
      expect((await delegated.ask({ path: '/.well-known/matrix/client' })).who).toBe('homeserver')
    })

    it('pass the challenge of ACME on when nothing but the proxy listens on port 80', async () => {
      const [port] = await freePorts(1)
      const stand = await startStandIn('signpost')
      onTestFinished(() => stand.close())
      const features = { ...noFeatures, acmeChallenge: true }
      const visitor = await visit(port, { features, signpost: onLoopback(stand.port) })
      const path = '/.well-known/acme-challenge/a-B_9'
      expect((await visitor.ask({ path })).seen()).toMatchObject({ who: 'signpost', url: path })
    })

    it('answer for no path of the homeserver when it has a site of its own', async () => {
      const [port] = await freePorts(1)
      const stand = await startStandIn('signpost')
      onTestFinished(() => stand.close())
      const visitor = await visit(port, { homeserver: null, signpost: onLoopback(stand.port) })
      expect((await visitor.ask({ path: '/_matrix/identity/versions' })).who).toBe('signpost')
      // Nobody else is there to ask, so Signpost gets the other methods too.
      expect(
        (await visitor.ask({ method: 'PUT', path: '/_matrix/client/v3/profile/@a:b/displayname' })).who,
      ).toBe('signpost')
      expect((await visitor.ask({ path: '/_matrix/client/versions' })).status).toBeOneOf([403, 404])
    })
  })
}

describeWith('caddy', proxyUnavailable(proxyPrograms.caddy), 'the text for Caddy', () => {
  it('is formatted as its own formatter would', async () => {
    for (const site of [{}, { features: noFeatures }, { wellKnown }, { homeserver: null }]) {
      const text = renderSite('caddy', certificate, site)
      const child = run(proxyPrograms.caddy.program, ['fmt', '-'])
      child.child.stdin?.end(text)
      expect((await child).stdout).toBe(text)
    }
  })
})

/** `fetch` would send a Host header of its own. */
async function askPlain(port: number, path: string) {
  const sent = request({ host: '127.0.0.1', port, path, headers: { host } }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  return { status: response.statusCode, location: response.headers.location }
}

function headerOf(rawHeaders: readonly string[], name: string): string | undefined {
  const at = rawHeaders.findIndex((header, index) => index % 2 === 0 && header.toLowerCase() === name)
  return at < 0 ? undefined : rawHeaders[at + 1]
}
