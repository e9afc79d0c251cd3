import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../src/net/http-client.ts'
import type { ThreePid } from '../../src/matrix/threepid.ts'
import { startStandInPeer, type StandInPeer } from './support/stand-in-peer.ts'
import {
  account,
  email,
  phone,
  startFederationWorld,
  type FederationInput,
  type FederationWorld,
} from './support/federation-world.ts'

let world: FederationWorld
let central: StandInPeer
let bridge: StandInPeer

/** Domains with a server of each kind, one without, and one whose server is broken. */
const domains = ['signpost.example', 'sydent.example', 'mxisd.example', 'nothing.example', 'broken.example']
const addresses: readonly ThreePid[] = [
  ...domains.flatMap((domain) => [email(`dan.known@${domain}`), email(`erin.unknown@${domain}`)]),
  phone('491701234567'),
]
/** What would give an address away, encoded or not. */
const secrets = ['dan.known', 'erin.unknown', '491701234567', 'ZGFuLmtub3du']

beforeAll(async () => {
  world = await startFederationWorld()
  const peers = [
    await world.peer('signpost.example', ['signed', 'v2', 'v1']),
    await world.peer('sydent.example', ['v2', 'v1']),
    await world.peer('mxisd.example', ['v1']),
  ]
  const broken = await world.peer('broken.example', ['signed', 'v2', 'v1'])
  broken.override('/', (_request, response) => void response.writeHead(500).end('<html>oops</html>'))
  for (const [index, peer] of peers.entries()) {
    peer.people.set(`email dan.known@${domains[index]}`, `@dan:${domains[index]}`)
  }
  const isOpenIdToken = (token: string) => world.homeserver.issued.has(token)
  central = await startStandInPeer({ apis: ['v2', 'v1'], isOpenIdToken })
  bridge = await startStandInPeer({ apis: ['v1'] })
})
afterAll(async () => {
  await Promise.all([world.close(), central.close(), bridge.close()])
})

const url = (peer: StandInPeer) => `http://127.0.0.1:${peer.http.port}`

/** Requests that hold an address in clear, in URL, headers or body. */
function telltale(sent: readonly HttpRequest[]): string[] {
  return sent.filter((request) => secrets.some((secret) => textOf(request).includes(secret))).map(urlOf)
}
const textOf = (request: HttpRequest) =>
  decodeURIComponent(JSON.stringify([request.url, request.headers, request.body]))
const urlOf = (request: HttpRequest) => new URL(request.url).host

async function sentWith(federation: FederationInput) {
  const ours = world.open(federation)
  await ours.findAll(addresses)
  for (const address of addresses) await ours.remote.explain(address)
  return { sent: ours.sent, found: await ours.findAll(addresses) }
}

describe('an address in clear never leaves this machine', () => {
  it('by default, whatever the servers of its domain speak', async () => {
    const { sent, found } = await sentWith({})
    expect(sent.length).toBeGreaterThan(5)
    expect(telltale(sent)).toEqual([])
    expect(found).toEqual({ 'email dan.known@signpost.example': '@dan:signpost.example' })
  })

  it('with an account and central servers', async () => {
    const { sent, found } = await sentWith({ account, central: [{ url: url(central) }] })
    expect(sent.map(urlOf)).toContain(new URL(url(central)).host)
    expect(telltale(sent)).toEqual([])
    expect(Object.keys(found)).toHaveLength(2)
  })

  it('in a question to DNS', async () => {
    await sentWith({ account })
    expect(
      world.dns.questions.some((question) => question.includes('_matrix-identity._tcp.mxisd.example')),
    ).toBe(true)
    expect(
      world.dns.questions.filter((question) => secrets.some((secret) => question.includes(secret))),
    ).toEqual([])
  })

  it('until the configuration says so: then it goes to the server of its own domain only', async () => {
    const { sent } = await sentWith({ outbound: { plain: true } })
    const hosts = new Set(
      sent
        .filter((request) => telltale([request]).length > 0)
        .map((request) => new URL(request.url).hostname),
    )
    expect([...hosts].sort()).toEqual(['id.mxisd.example', 'id.sydent.example'])
  })

  it('or to the bridge that it names', async () => {
    const { sent } = await sentWith({ outbound: { enabled: false }, bridges: { url: url(bridge) } })
    expect(new Set(telltale(sent))).toEqual(new Set([new URL(url(bridge)).host]))
  })
})

it('No request goes out at all when everything is switched off', async () => {
  const { sent } = await sentWith({ outbound: { enabled: false }, account })
  expect(sent).toEqual([])
})

it('Text that is no address is sent to nobody', async () => {
  const ours = world.open({
    outbound: { plain: true },
    bridges: { url: url(bridge) },
    central: [{ url: url(central) }],
    account,
  })
  await ours.findAll([
    email('dan'),
    email('@mxisd.example'),
    email('a b@mxisd.example'),
    email('Dan@mxisd.example'),
    phone('12'),
    phone('abc'),
  ])
  expect(ours.sent).toEqual([])
})
