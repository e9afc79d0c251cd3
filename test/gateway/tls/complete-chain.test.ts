import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { completeChain } from '../../../src/gateway/tls/complete-chain.ts'
import { fetchChain } from '../../../src/gateway/tls/fetch-chain.ts'
import { judgeCertificate } from '../../../src/gateway/tls/verdict.ts'
import { createAddressGuard } from '../../../src/net/address-guard.ts'
import { createHttpClient } from '../../../src/net/http-client.ts'
import { createResolver } from '../../../src/net/resolver.ts'
import { systemRandom } from '../../../src/system.ts'
import { startHttpPeer, type HttpPeer } from '../../support/http-peer.ts'
import { createMemoryAuthority } from './support/authority.ts'

const now = Date.now()
const root = createMemoryAuthority('Root', now)
const trusted = [root.pem]
const http = createHttpClient({
  resolver: createResolver({ servers: [], timeoutMs: 2_000, random: systemRandom }),
  guard: createAddressGuard({ allowPrivate: [] }),
  timeoutMs: 5_000,
})
let web: HttpPeer

beforeAll(async () => {
  web = await startHttpPeer()
})
afterAll(async () => {
  await http.close()
  await web.close()
})

const at = (path: string) => `http://127.0.0.1:${web.port}${path}`

/** A web site of an authority: what lies under which path. */
function publish(files: Readonly<Record<string, Buffer | string>>): void {
  web.handle(({ url }, response) => {
    const file = files[url]
    if (file === undefined) response.writeHead(404).end('not here')
    else response.writeHead(200, { 'content-type': 'application/pkix-cert' }).end(file)
  })
}

test('two missing intermediates are fetched, as DER and as PEM, and the chain is then fine', async () => {
  const upper = root.below('Upper')
  const lower = upper.below('Lower', { issuerUrl: at('/upper.pem') })
  const leaf = lower.issue(['a.example'], { issuerUrl: at('/lower.cer') })
  publish({ '/lower.cer': lower.certificate.raw, '/upper.pem': upper.pem })

  const chainPem = await completeChain({ chainPem: leaf.pem, keyPem: leaf.key, trusted, http })
  expect(chainPem).toBe(leaf.pem + lower.pem + upper.pem)
  expect(judgeCertificate({ chainPem: chainPem ?? '', host: 'a.example', now, trusted })).toEqual([])
})

test.each([
  ['is not there', {}],
  ['is a web page', { '/lower.cer': '<html>' }],
  ['belongs to somebody else of the same name', { '/lower.cer': root.below('Lower').certificate.raw }],
])('an intermediate that %s leaves the chain as it is', async (_what, files) => {
  const lower = root.below('Lower')
  const leaf = lower.issue(['a.example'], { issuerUrl: at('/lower.cer') })
  publish(files)
  expect(await completeChain({ chainPem: leaf.pem, trusted, http })).toBeNull()
})

test('a whole chain needs nothing and asks nobody', async () => {
  const before = web.seen.length
  const leaf = root.issue(['a.example'], { issuerUrl: at('/root.cer') })
  expect(await completeChain({ chainPem: leaf.pem, trusted, http })).toBeNull()
  expect(web.seen.length).toBe(before)
})

test('the chain of a running server is fetched as it is sent, trusted or not', async () => {
  const middle = root.below('Middle')
  const leaf = middle.issue(['a.example'])
  const server = createServer({ key: leaf.key, cert: leaf.pem + middle.pem })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const peer = { host: '127.0.0.1', port, serverName: 'a.example', timeoutMs: 5_000 }
  expect(await fetchChain(peer)).toBe(leaf.pem + middle.pem)
  server.setSecureContext({ key: leaf.key, cert: leaf.pem })
  expect(await fetchChain(peer)).toBe(leaf.pem)
  await new Promise((done) => server.close(done))
  await expect(fetchChain(peer)).rejects.toMatchObject({ name: 'NoCertificate', code: 'ECONNREFUSED' })
})

test('a server that says nothing and one that speaks no TLS are told apart', async () => {
  const silent = createTcpServer(() => undefined)
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
  const { port } = silent.address() as AddressInfo
  await expect(fetchChain({ host: '127.0.0.1', port, timeoutMs: 100 })).rejects.toMatchObject({
    code: 'ETIMEDOUT',
  })
  silent.close()
  await expect(
    fetchChain({ host: '127.0.0.1', port: web.port, serverName: 'a.example', timeoutMs: 5_000 }),
  ).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_SSL_/) as string })
})
