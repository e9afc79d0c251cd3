import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { startHttpPeer } from '../support/http-peer.ts'
import { startStandInPeer } from './support/stand-in-peer.ts'
import { email, ourDomain, startFederationWorld, type FederationWorld } from './support/federation-world.ts'

let world: FederationWorld

beforeAll(async () => {
  world = await startFederationWorld()
})
afterAll(() => world.close())

const detailOf = async (ours: ReturnType<FederationWorld['open']>, address: string) =>
  (await ours.remote.explain(email(address)))[0]
const srv = (domain: string) => `_matrix-identity._tcp.${domain}`
const questions = (domain: string) => world.dns.questions.filter((one) => one === `SRV ${srv(domain)}`).length

describe('a domain', () => {
  it('without a record has no identity server, and that is no failure', async () => {
    const ours = world.open()
    expect(await ours.find('dan@nothing.example')).toBeNull()
    expect(await detailOf(ours, 'dan@nothing.example')).toMatchObject({
      outcome: 'unknown',
      detail: expect.stringContaining('has no DNS record') as string,
    })
    expect(ours.sent).toEqual([])
  })

  it('that says "." has none', async () => {
    world.announce('dot.example', [{ host: '.', port: 0 }])
    const ours = world.open()
    expect((await detailOf(ours, 'dan@dot.example'))?.detail).toContain(
      'says in DNS that it has no identity server',
    )
    expect(ours.sent).toEqual([])
  })

  it.each([['SERVFAIL'], ['REFUSED'], ['silence']] as const)(
    'of which DNS says %s is a failure, and is not asked again for a while',
    async (answer) => {
      const domain = `${answer.toLowerCase()}.example`
      world.dns.answer(srv(domain), 'SRV', answer)
      const ours = world.open({ outbound: { timeout: '400ms' } })
      expect(await detailOf(ours, `dan@${domain}`)).toMatchObject({ outcome: 'failed' })
      const asked = questions(domain)
      expect(asked).toBeGreaterThan(0)
      expect(await ours.find(`dan@${domain}`)).toBeNull()
      expect(await ours.find(`erin@${domain}`)).toBeNull()
      if (answer !== 'silence') expect(questions(domain)).toBe(asked)
      expect(ours.sent).toEqual([])
    },
  )

  it.each([
    ['an address on private ground', '10.0.0.1'],
    ['an address of this machine', '127.0.0.1'],
    ['the metadata service of a cloud', '169.254.169.254'],
    ['this machine in IPv6', '::1'],
  ])('that leads to %s is refused before a connection is made', async (_what, ip) => {
    const inside = await startHttpPeer()
    const domain = `p${ip.replaceAll(/[.:]/g, '-')}.example`
    world.dns.host(`id.${domain}`, ip)
    world.announce(domain, [{ host: `id.${domain}`, port: inside.port }])
    const ours = world.open({}, { allowPrivate: [] })
    const opinion = await detailOf(ours, `dan@${domain}`)
    expect(opinion).toMatchObject({ outcome: 'failed' })
    expect(opinion?.detail).toContain('network.allowPrivate')
    expect(inside.connections).toBe(0)
    await inside.close()
  })

  it('whose record names an IP address or port 0 has no server that could be asked', async () => {
    world.announce('literal.example', [
      { host: '127.0.0.1', port: 443 },
      { host: 'id.literal.example', port: 0 },
    ])
    const ours = world.open()
    expect((await detailOf(ours, 'dan@literal.example'))?.detail).toContain('names no host')
    expect(ours.sent).toEqual([])
  })

  it('whose record leads back to us is not asked', async () => {
    world.announce('second.example', [{ host: 'matrix.ours.example', port: 443 }])
    const ours = world.open()
    expect((await detailOf(ours, 'dan@second.example'))?.detail).toContain('leads back')
    expect(ours.sent).toEqual([])
  })
})

describe('several servers of one domain', () => {
  async function twoServers(domain: string) {
    const tls = await world.authority.issue([`a.${domain}`, `b.${domain}`])
    const keyOfOrigin = { origin: ourDomain, key: world.signingKey }
    const alive = await startStandInPeer({ apis: ['signed'], name: domain, tls, keyOfOrigin })
    alive.people.set(`email dan@${domain}`, `@dan:${domain}`)
    for (const host of ['a', 'b']) world.dns.host(`${host}.${domain}`, '127.0.0.1')
    return { alive, tls }
  }

  it('are asked by priority; where the first is dead the second one answers, and is asked first from then on', async () => {
    const domain = 'two.example'
    const { alive } = await twoServers(domain)
    const dead = await freePort()
    world.announce(domain, [
      { host: `b.${domain}`, port: alive.http.port, priority: 20 },
      { host: `a.${domain}`, port: dead, priority: 10 },
    ])
    const ours = world.open()
    expect(await ours.find(`dan@${domain}`)).toBe(`@dan:${domain}`)
    const toDead = () => ours.sent.filter(({ url }) => url.includes(`:${dead}/`)).length
    expect(toDead()).toBe(1)
    await ours.find(`erin@${domain}`)
    expect(toDead()).toBe(1)
    await alive.close()
  })

  it('are asked in turn where a gateway is broken, or one hangs', async () => {
    const domain = 'gateway.example'
    const { alive, tls } = await twoServers(domain)
    const broken = await startHttpPeer({
      tls,
      handler: (_request, response) => void response.writeHead(503).end(),
    })
    const ports = (first: number) => [
      { host: `a.${domain}`, port: first, priority: 1 },
      { host: `b.${domain}`, port: alive.http.port, priority: 2 },
    ]
    world.announce(domain, ports(broken.port))
    expect(await world.open().find(`dan@${domain}`)).toBe(`@dan:${domain}`)
    broken.handle(() => {})
    expect(await world.open({ outbound: { timeout: '6s' } }).find(`dan@${domain}`)).toBe(`@dan:${domain}`)
    await Promise.all([alive.close(), broken.close()])
  })

  it('each have to show a certificate for their own name', async () => {
    const domain = 'names.example'
    const { alive } = await twoServers(domain)
    world.dns.host(`wrong.${domain}`, '127.0.0.1')
    world.announce(domain, [{ host: `wrong.${domain}`, port: alive.http.port }])
    const opinion = await detailOf(world.open(), `dan@${domain}`)
    expect(opinion).toMatchObject({ outcome: 'failed' })
    expect(opinion?.detail).toContain('certificate')
    expect(alive.http.seen).toEqual([])
    await alive.close()
  })

  it('are tried no further than the eighth', async () => {
    const domain = 'many.example'
    const port = await freePort()
    const hosts = Array.from({ length: 20 }, (_, index) => `x${index}.${domain}`)
    for (const host of hosts) world.dns.host(host, '127.0.0.1')
    world.announce(
      domain,
      hosts.map((host) => ({ host, port })),
    )
    const ours = world.open()
    await ours.find(`dan@${domain}`)
    expect(ours.sent).toHaveLength(8)
  })
})
