import { json, startHttpPeer } from '../../support/http-peer.ts'
import { freePort } from '../../support/free-port.ts'
import { withConfig, type Break } from './break.ts'
import type { ProxyFaults } from './breakable-proxy.ts'

const wrong = (name: string, faults: ProxyFaults, ...finds: readonly string[]): Break => ({
  name: `the proxy ${name}`,
  inject: ({ proxy }) => {
    proxy.fail(faults)
    return () => proxy.fail(null)
  },
  finds,
})

const page = (status: number, body = '<h1>Welcome to nginx</h1>', headers: Record<string, string> = {}) =>
  ({
    answer: (request, response) =>
      void request
        .resume()
        .on('end', () =>
          response.writeHead(status, { server: 'nginx', 'content-type': 'text/html', ...headers }).end(body),
        ),
  }) satisfies ProxyFaults

const without = (name: string) => (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))

const identity = '/_matrix/identity'

/** Everything that a reverse proxy gets wrong. */
export const proxyFaults: readonly Break[] = [
  wrong(
    'strips the Authorization header',
    { headers: without('authorization') },
    'proxy-strips-authorization',
  ),
  wrong(
    'puts a login of its own into the Authorization header',
    { headers: (headers) => ({ ...headers, authorization: 'Basic dXNlcjpwYXNz' }) },
    'proxy-strips-authorization',
  ),
  wrong(
    'takes the prefix off the path',
    { rewrite: (target) => target.replace(identity, '') },
    'proxy-changes-path',
  ),
  wrong('puts a prefix before the path', { rewrite: (target) => `/signpost${target}` }, 'proxy-changes-path'),
  wrong('drops the query', { rewrite: (target) => target.replace(/\?.*$/, '') }, 'proxy-drops-query'),
  wrong('decodes the path', { rewrite: (target) => target.replaceAll('%2F', '/') }, 'proxy-decodes-path'),
  wrong('drops X-Forwarded-For', { headers: without('x-forwarded-for') }, 'proxy-drops-forwarded-for'),
  wrong(
    'passes X-Forwarded-For on as clients send it',
    {
      headers: (headers) => ({
        ...headers,
        'x-forwarded-for': headers['x-forwarded-for']?.split(', ')[0] ?? '',
      }),
    },
    'proxy-passes-forged-addresses',
  ),
  wrong(
    'names its upstream in the Host header',
    { headers: (headers) => ({ ...headers, host: '127.0.0.1:8090' }) },
    'proxy-changes-host',
  ),
  wrong(
    'says that clients come over plain HTTP',
    { headers: (headers) => ({ ...headers, 'x-forwarded-proto': 'http' }) },
    'proxy-wrong-protocol',
  ),
  wrong('takes small bodies only', { maxBodyBytes: 100_000 }, 'proxy-limits-bodies'),
  wrong('refuses PUT', { refusedMethods: ['PUT'] }, 'proxy-refuses-method (PUT)'),
  wrong('refuses OPTIONS', { refusedMethods: ['OPTIONS'] }, 'proxy-breaks-preflight'),
  wrong(
    'adds the CORS header a second time',
    { answerHeaders: { 'access-control-allow-origin': '*, *' } },
    'proxy-doubles-cors',
  ),
  wrong(
    'names one origin in the CORS header',
    { answerHeaders: { 'access-control-allow-origin': 'https://a.test' } },
    'proxy-drops-cors',
  ),
  {
    ...wrong('', {}),
    name: 'the proxy has its rules in the wrong order, so that the homeserver gets everything',
    inject: ({ proxy, homeserver }) => {
      proxy.fail({ upstreamOf: () => homeserver.url })
      return () => proxy.fail(null)
    },
    finds: ['proxy-sends-to-homeserver'],
  },
  {
    name: 'the proxy passes v2 only',
    inject: ({ proxy, homeserver, appliance }) => {
      proxy.fail({
        upstreamOf: (target) =>
          /^\/_matrix\/identity\/(v2|unstable|versions)/.test(target)
            ? appliance.publicAddress
            : homeserver.url,
      })
      return () => proxy.fail(null)
    },
    finds: ['route-missing (/_matrix/identity/api/v1/pubkey/isvalid)'],
  },
  {
    name: 'the proxy passes the requests for the homeserver, too',
    inject: ({ proxy, appliance }) => {
      proxy.fail({ upstreamOf: () => appliance.publicAddress })
      return () => proxy.fail(null)
    },
    finds: ['route-takes-homeserver (/_matrix/client/versions)'],
  },
  {
    name: 'the proxy does not reach Signpost',
    async inject({ proxy }) {
      const port = await freePort()
      proxy.fail({ upstreamOf: () => `http://127.0.0.1:${port}` })
      return () => proxy.fail(null)
    },
    finds: ['proxy-cannot-reach-signpost'],
  },
  {
    name: 'the proxy leads to another identity server',
    async inject({ proxy }) {
      const other = await startHttpPeer({
        handler: (request, response) => {
          const isStatus = request.url === '/_matrix/identity/v2'
          json(isStatus ? 200 : 404, isStatus ? {} : { errcode: 'M_UNRECOGNIZED' })(request, response)
        },
      })
      proxy.fail({ upstreamOf: () => `http://127.0.0.1:${other.port}` })
      return async () => {
        proxy.fail(null)
        await other.close()
      }
    },
    finds: ['public-url-another-identity-server'],
  },
  wrong('has no rule for Signpost', page(404), 'proxy-rule-missing'),
  wrong('shows its default page', page(200), 'public-url-another-server'),
  wrong('asks for a login', page(401, '', { 'www-authenticate': 'Basic realm="office"' }), 'proxy-refuses'),
  wrong('redirects to www', page(301, '', { location: 'https://www.school.test/' }), 'public-url-redirects'),
  wrong('takes requests and never answers', { answer: () => {} }, 'public-url-silent'),
  {
    name: 'the proxy is not among the trusted ones',
    inject: withConfig((config) => ({
      ...config,
      server: { ...config.server, trustedProxies: ['10.1.2.3'] },
    })),
    finds: ['proxy-not-trusted'],
  },
]
