import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OperatorError } from '../../src/config/operator-error.ts'
import { configSchema } from '../../src/config/schema.ts'
import { createOpenIdTokens } from '../../src/federation/openid-token.ts'
import type { HttpClient } from '../../src/net/http-client.ts'
import { json, startHttpPeer, type Handler, type HttpPeer } from '../support/http-peer.ts'
import { createOutgoing } from '../support/outgoing.ts'
import {
  accountSecret,
  ourDomain,
  ourUser,
  startFederationWorld,
  type FederationWorld,
} from './support/federation-world.ts'

let world: FederationWorld
let website: HttpPeer

beforeAll(async () => {
  world = await startFederationWorld()
  website = await startHttpPeer({ tls: await world.authority.issue([ourDomain]) })
  world.dns.host(ourDomain, '127.0.0.1')
})
afterAll(async () => {
  await Promise.all([world.close(), website.close()])
})

/** The real client, for which port 443 of our domain is the one where the web site of this test listens. */
function client(): HttpClient {
  const { http } = createOutgoing({ dns: world.dns.address, ca: world.authority.caPem })
  const targets = [{ host: '127.0.0.1', port: website.port }]
  const isWebsite = (url: string) => url.startsWith(`https://${ourDomain}/`)
  return {
    ...http,
    request: (request) => http.request(isWebsite(request.url) ? { ...request, targets } : request),
  }
}

function tokens(matrix: { homeserverUrl?: string; pins?: Record<string, string>; domain?: string }) {
  const config = configSchema.parse({ matrix: { domain: ourDomain, ...matrix } })
  return createOpenIdTokens({
    matrix: config.matrix,
    userId: ourUser,
    accessToken: accountSecret,
    secrets: { read: async (source) => String(source) },
    http: client(),
  })
}

const request = (from: ReturnType<typeof tokens>) => from.request(AbortSignal.timeout(5_000))
const issued = expect.objectContaining({ token_type: 'Bearer', matrix_server_name: ourDomain }) as unknown

describe('our homeserver', () => {
  it('is the one that the configuration names', async () => {
    expect(await request(tokens({ homeserverUrl: world.homeserver.url }))).toEqual(issued)
  })

  it('is else the pinned one', async () => {
    expect(await request(tokens({ pins: { [ourDomain]: world.homeserver.url } }))).toEqual(issued)
  })

  it('is else found as clients find it, also for a domain with a port', async () => {
    website.handle(json(200, { 'm.homeserver': { base_url: `${world.homeserver.url}/` } }))
    expect(await request(tokens({}))).toEqual(issued)
    expect(await request(tokens({ domain: `${ourDomain}:8448` }))).toEqual(issued)
    expect(website.seen.map(({ url }) => url)).toEqual([
      '/.well-known/matrix/client',
      '/.well-known/matrix/client',
    ])
  })

  it.each<[string, Handler]>([
    ['has no such file', json(404, {})],
    ['names a server that is none', json(200, { 'm.homeserver': { base_url: 'ftp://x' } })],
    ['answers with a page', (_request, response) => void response.writeHead(200).end('<html>')],
  ])('is looked for at the domain itself when that %s', async (_what, handler) => {
    website.handle((seen, response) =>
      seen.url.startsWith('/.well-known') ? handler(seen, response) : json(200, document)(seen, response),
    )
    const document = { access_token: 'x', token_type: 'Bearer', matrix_server_name: ourDomain, expires_in: 1 }
    expect(await request(tokens({}))).toEqual(document)
  })
})

it('A secret that cannot be read is a failure that names its key', async () => {
  const config = configSchema.parse({ matrix: { domain: ourDomain, homeserverUrl: world.homeserver.url } })
  const missing = new OperatorError('secret-missing', {
    tried: 'read',
    likelyCause: 'It is empty.',
    fix: 'Write it.',
  })
  const broken = createOpenIdTokens({
    matrix: config.matrix,
    userId: ourUser,
    accessToken: { env: 'NOTHING' },
    secrets: { read: () => Promise.reject(missing) },
    http: client(),
  })
  await expect(request(broken)).rejects.toMatchObject({
    code: 'account',
    message: 'It is empty.',
    fix: 'Write it.',
  })
})
