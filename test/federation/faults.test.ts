import { createServer, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { signingKeyFromSeed, signJson } from '../../src/matrix/signing.ts'
import { freePort } from '../support/free-port.ts'
import { json, startHttpPeer, type Handler } from '../support/http-peer.ts'
import { email, startFederationWorld, type FederationWorld } from './support/federation-world.ts'
import type { StandInPeer } from './support/stand-in-peer.ts'

let world: FederationWorld
const servers: Server[] = []

beforeAll(async () => {
  world = await startFederationWorld()
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})
afterAll(() => world.close())

const other = signingKeyFromSeed('ed25519:0', Buffer.alloc(32, 7))
let count = 0

/** A peer of its own for one test that knows `dan@<domain>`. */
async function liar(api: 'v1' | 'signed') {
  const domain = `liar${count++}.example`
  const peer = await world.peer(domain, [api])
  peer.people.set(`email dan@${domain}`, `@dan:${domain}`)
  return { domain, peer, address: `dan@${domain}` }
}

function open(timeout = '10s') {
  return world.open({ outbound: { plain: true, timeout: timeout as '10s' } })
}

type Bend = (peer: StandInPeer, domain: string) => void
const before =
  (change: object): Bend =>
  (peer) => {
    peer.bend.before = (answer) => ({ ...answer, ...change })
  }
const after =
  (change: (answer: object, domain: string) => object): Bend =>
  (peer, domain) => {
    peer.bend.after = (answer) => change(answer, domain)
  }
const unsigned = (answer: object) => ({ ...answer, signatures: undefined })

describe('a v1 peer that lies is not believed', () => {
  it.each<[string, Bend, string]>([
    [
      'with a wrong signature',
      after((answer, domain) => signJson(unsigned(answer), domain, other)),
      'not signed',
    ],
    [
      'with another Matrix ID than it signed',
      after((answer) => ({ ...answer, mxid: '@mallory:evil.example' })),
      'not signed',
    ],
    ['without a signature', after(unsigned), 'no association'],
    [
      'with signatures of the wrong type',
      after((answer) => ({ ...answer, signatures: 'none' })),
      'no association',
    ],
    ['about another address', before({ address: 'other@evil.example' }), 'another address'],
    ['about another medium', before({ medium: 'msisdn' }), 'another address'],
    ['whose answer has expired', before({ not_after: Date.UTC(2020, 0, 1) }), 'another time'],
    ['whose answer is for the future', before({ not_before: Date.UTC(2090, 0, 1) }), 'another time'],
    ['with a Matrix ID that is none', before({ mxid: 'dan' }), 'no valid Matrix ID'],
    ['with a Matrix ID of an impossible server', before({ mxid: '@dan:http://evil' }), 'no valid Matrix ID'],
    ['with a Matrix ID that is a number', before({ mxid: 7 }), 'no association'],
  ])('%s', async (_what, bend, said) => {
    const { domain, peer, address } = await liar('v1')
    const ours = open()
    expect((await ours.remote.explain(email(address)))[0]).toMatchObject({ outcome: 'found' })
    bend(peer, domain)
    expect(await ours.find(address)).toBeNull()
    expect((await ours.remote.explain(email(address)))[0]).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining(said) as string,
    })
  })

  it('though a Matrix ID of another server is an answer like any other', async () => {
    const { peer, address } = await liar('v1')
    peer.people.set(`email ${address}`, '@dan:elsewhere.example')
    expect(await open().find(address)).toBe('@dan:elsewhere.example')
  })

  it('though the address may be spelt as it was bound', async () => {
    const { peer, address } = await liar('v1')
    peer.bend.before = (answer) => ({ ...answer, address: address.toUpperCase() })
    expect(await open().find(address)).not.toBeNull()
  })

  it('in an answer to many: what nobody asked and what is no triple is passed over', async () => {
    const { domain, peer } = await liar('v1')
    peer.override(
      '/_matrix/identity/api/v1/bulk_lookup',
      json(200, {
        threepids: [
          ['email', 'boss@ours.example', '@mallory:evil.example'],
          ['email', `p1@${domain}`, 'no Matrix ID'],
          ['email', `p2@${domain}`],
          [null, null, null],
          ['email', `p3@${domain}`, '@p3:evil.example'],
          ['msisdn', `p4@${domain}`, '@p4:evil.example'],
        ],
      }),
    )
    const people = Array.from({ length: 20 }, (_, index) => email(`p${index}@${domain}`))
    expect(await open().findAll(people)).toEqual({ [`email p3@${domain}`]: '@p3:evil.example' })
  })

  it('about one address, and believed about the others', async () => {
    const { domain, peer, address } = await liar('v1')
    peer.people.set(`email erin@${domain}`, `@erin:${domain}`)
    peer.bend.before = (answer) =>
      'mxid' in answer && answer.mxid === `@dan:${domain}` ? { ...answer, not_after: 2 } : answer
    const found = await open().findAll([email(address), email(`erin@${domain}`)])
    expect(found).toEqual({ [`email erin@${domain}`]: `@erin:${domain}` })
  })
})

describe('a Signpost that lies is not believed', () => {
  it.each<[string, Bend, string]>([
    [
      'with a wrong signature',
      after((answer, domain) => signJson(unsigned(answer), domain, other)),
      'not signed',
    ],
    ['with other mappings than it signed', after((answer) => ({ ...answer, mappings: {} })), 'not signed'],
    ['without a signature', after(unsigned), 'something else'],
    ['signed under another name', after((answer) => ({ ...answer, origin: 'evil.example' })), 'not signed'],
    ['with an answer to another question', before({ nonce: 'A'.repeat(22) }), 'another question'],
    ['with an answer to somebody else', before({ destination: 'evil.example' }), 'another question'],
    ['with an old answer', before({ ts: Date.UTC(2020, 0, 1) }), 'another question'],
    ['under a name that is none', before({ origin: 'not a name' }), 'another question'],
    ['with mappings of the wrong type', before({ mappings: [1, 2] }), 'something else'],
  ])('%s', async (_what, bend, said) => {
    const { domain, peer, address } = await liar('signed')
    const ours = open()
    expect((await ours.remote.explain(email(address)))[0]).toMatchObject({ outcome: 'found' })
    bend(peer, domain)
    expect(await ours.find(address)).toBeNull()
    expect((await ours.remote.explain(email(address)))[0]).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining(said) as string,
    })
  })

  it('about hashes that nobody asked, or with Matrix IDs that are none', async () => {
    const { peer, address } = await liar('signed')
    peer.people.set(`email ${address}`, 'not a Matrix ID')
    peer.bend.before = (answer) => {
      const mappings = 'mappings' in answer ? (answer.mappings as object) : {}
      return { ...answer, mappings: { ...mappings, ['B'.repeat(43)]: '@mallory:evil.example' } }
    }
    expect(await open().findAll([email(address)])).toEqual({})
  })
})

describe.each(['v1', 'signed'] as const)('a %s peer that is broken counts as not knowing', (api) => {
  const path = '/_matrix/identity/'
  it.each<[string, Handler, string]>([
    [
      'with a huge answer',
      (_request, response) => void response.writeHead(200).end('x'.repeat(2_000_000)),
      'longer than',
    ],
    [
      'with an endless answer',
      (_request, response) => {
        response.writeHead(200)
        const pump = () =>
          void (response.write('x'.repeat(65_536)) ? setImmediate(pump) : response.once('drain', pump))
        pump()
      },
      'longer than',
    ],
    ['with an internal error', json(500, { errcode: 'M_UNKNOWN', error: 'x' }), '500'],
    ['with a broken gateway', (_request, response) => void response.writeHead(502).end('<html>'), '502'],
    ['with too many requests', json(429, { errcode: 'M_LIMIT_EXCEEDED', error: 'x' }), 'too many requests'],
    ['by closing the connection', (_request, response) => void response.destroy(), 'broke'],
  ])('%s', async (_what, handler, said) => {
    const { peer, address } = await liar(api)
    peer.override(path, handler)
    const ours = open()
    expect(await ours.find(address)).toBeNull()
    expect((await ours.remote.explain(email(address)))[0]).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining(said) as string,
    })
  })

  it('by never answering, after the time that is allowed', async () => {
    const { peer, address } = await liar(api)
    peer.override(path, () => {})
    const ours = open('300ms')
    expect(await ours.find(address)).toBeNull()
    expect((await ours.remote.explain(email(address)))[0]?.detail).toMatch(/in time|within/)
  })

  it('by leading elsewhere, and nobody follows to this machine', async () => {
    const inside = await startHttpPeer()
    const { peer, address } = await liar(api)
    peer.override(path, (_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${inside.port}/admin` }).end()
    })
    const ours = open()
    expect(await ours.find(address)).toBeNull()
    expect(inside.connections).toBe(0)
    await inside.close()
  })

  it('by speaking something else than HTTP', async () => {
    const domain = `raw${count++}.example`
    const server = createServer((socket) => socket.end('SSH-2.0-nothing\r\n'))
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    world.dns.host(`id.${domain}`, '127.0.0.1')
    world.announce(domain, [{ host: `id.${domain}`, port: (server.address() as { port: number }).port }])
    expect(await open().find(`dan@${domain}`)).toBeNull()
  })

  it('by being down', async () => {
    const domain = `down${count++}.example`
    world.dns.host(`id.${domain}`, '127.0.0.1')
    world.announce(domain, [{ host: `id.${domain}`, port: await freePort() }])
    const ours = open()
    expect(await ours.find(`dan@${domain}`)).toBeNull()
    expect((await ours.remote.explain(email(`dan@${domain}`)))[0]).toMatchObject({ outcome: 'failed' })
  })
})

it('A v1 peer that answers no JSON counts as not knowing', async () => {
  const { peer, address } = await liar('v1')
  peer.override(
    '/_matrix/identity/api/v1/lookup',
    (_request, response) => void response.writeHead(200).end('{"a":'),
  )
  const ours = open()
  expect(await ours.find(address)).toBeNull()
  expect((await ours.remote.explain(email(address)))[0]).toMatchObject({ outcome: 'failed' })
})
