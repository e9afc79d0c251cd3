import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import { federationPath } from '../../src/federation/wire.ts'
import type { NamedRecord } from '../support/dnsmasq.ts'
import { freePort } from '../support/free-port.ts'
import { loopbackAddress } from '../support/loopback-address.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import * as lies from './support/lying-signpost.ts'
import { networkUnavailable, startNetwork, type Member, type Network } from './support/network.ts'
import { joinOnceInvited, type Person } from './support/organisation.ts'
import { startRecordingProxy, type Interference, type RecordingProxy } from './support/recording-proxy.ts'

const unavailable = networkUnavailable() ?? (await provideSynapse()).unavailable

const atHs1: ConfigInput = {
  // Not the whole of 127.0.0.0/8: the rest is private ground, to which no stranger may lead.
  network: { allowPrivate: ['127.0.0.1'] },
  federation: {
    outbound: { timeout: '3s', cache: { found: '300ms', notFound: '300ms', unreachable: '300ms' } },
  },
  invitations: { whenAlreadyBound: 'deliver', resolveEvery: '1s' },
}

const dansAddress = 'dan@school.example'
/** Has the same Signpost, by another record that nobody tampers with. */
const erinsAddress = 'erin@college.example'
const carolsAddress = 'carol@office.example'
const mallory = '@mallory:evil.example'

describeWith('Synapse and dnsmasq', unavailable, 'When another organisation is in trouble', () => {
  let network: Network
  let hs1: Member
  let hs2: Member
  let alice: Person
  let carol: Person
  let dan: Person
  let erin: Person
  /** A server on private ground that would answer whatever `hs2` answers. */
  let inside: RecordingProxy
  let closedPort: number
  const insideAddress = loopbackAddress()

  beforeAll(async () => {
    network = await startNetwork({ hs1: atHs1, hs2: {} })
    hs1 = network.hs1
    hs2 = network.hs2
    ;[alice, carol] = await Promise.all([hs1.person('alice'), hs1.person('carol')])
    ;[dan, erin] = await Promise.all([hs2.person('dan'), hs2.person('erin')])
    await hs1.validateAndBind(carol, carolsAddress)
    await hs2.validateAndBind(dan, dansAddress)
    await hs2.validateAndBind(erin, erinsAddress)
    inside = await startRecordingProxy({
      target: hs2.signpost.publicAddress,
      authority: hs2.authority,
      host: 'inside.school.example',
      address: insideAddress,
    })
    closedPort = await freePort()
    await network.dns.serve({ records: ordinary() })
  })

  afterAll(async () => {
    await inside?.close()
    await network?.stop()
  })

  const signpost2 = () => ({ target: 'id.hs2.example.org', port: hs2.toSignpost.port })
  const srv = (domain: string, target: string, port: number, priority = 0): NamedRecord => ({
    name: `_matrix-identity._tcp.${domain}`,
    ...({ type: 'SRV', target, port, priority } as const),
  })
  const host = (name: string, address: string): NamedRecord => ({ name, type: 'A', address })

  /** What DNS says, with other records than the true ones for the domain of dan. */
  function withSchool(...records: readonly NamedRecord[]): readonly NamedRecord[] {
    const others = network.records.filter(({ name }) => !name.endsWith('.school.example'))
    const direct = Number(new URL(hs2.signpost.publicAddress).port)
    return [...others, srv('college.example', signpost2().target, direct), ...records]
  }
  const ordinary = () => withSchool(srv('school.example', signpost2().target, signpost2().port))

  /** Asks for all three at once until dan is the one he should be; whatever happens to him, the others are found. */
  async function expectDanToBe(mxid: string | null): Promise<void> {
    const ask = () => hs1.client.lookupPlain(alice.identityToken, dansAddress, erinsAddress, carolsAddress)
    const others: object[] = []
    const isSo = async () => {
      const { [dansAddress]: found = null, ...rest } = await ask()
      others.push(rest)
      return found === mxid
    }
    await eventually(isSo, { what: `dan to be ${mxid ?? 'unknown'}`, timeoutMs: 15_000 })
    const everyTime = { [erinsAddress]: erin.userId, [carolsAddress]: carol.userId }
    expect(others).toEqual(others.map(() => everyTime))
  }

  async function recover(): Promise<void> {
    hs2.toSignpost.interfere(null)
    await network.dns.serve({ records: ordinary() })
    await expectDanToBe(dan.userId)
  }

  afterEach(recover)

  const liars: readonly (readonly [string, () => Interference])[] = [
    ['is so slow that it never answers', () => lies.silent],
    ['answers a byte at a time', () => lies.dripping],
    ['breaks the connection', () => lies.breaking],
    ['fails', () => lies.failing],
    ['answers with a page', () => lies.talkative],
    ['says something else than was signed', () => lies.altered],
    ['signs with a key that is not the published one', () => lies.forged],
    ['repeats an earlier answer', () => lies.repeated()],
    ['speaks an older language', () => lies.ignorant],
    ['names a user that can be none', () => lies.claiming('<script>')],
  ]
  for (const [what, interference] of liars) {
    test(`a Signpost that ${what} finds nobody, and holds nobody up`, async () => {
      hs2.toSignpost.interfere(interference())
      await expectDanToBe(null)
    })
  }

  test('a Signpost is believed about its own domain, whatever homeserver its people are on', async () => {
    hs2.toSignpost.interfere(lies.claiming(mallory))
    await expectDanToBe(mallory)
  })

  test('a Signpost that speaks of people whom nobody asked it for is not heard, not even later', async () => {
    hs2.toSignpost.interfere(lies.unasked(mallory, erinsAddress, carolsAddress, 'boss@school.example'))
    await expectDanToBe(null)
    hs2.toSignpost.interfere(null)
    const { identityToken } = alice
    expect(await hs1.client.lookupPlain(identityToken, 'boss@school.example')).toEqual({})
    expect(await hs1.client.lookup(identityToken, carolsAddress)).toBe(carol.userId)
  })

  test('an answer without end is cut off', async () => {
    let sent: number | null = null
    hs2.toSignpost.interfere(lies.endless((bytes) => (sent ??= bytes)))
    await expectDanToBe(null)
    // What the two ends and the kernel had in their hands.
    const most = 32 * 1024 * 1024
    expect(await eventually(() => sent, { what: 'the connection to be closed' })).toBeLessThan(most)
  })

  for (const scheme of ['https', 'http']) {
    test(`a redirect to private ground is not followed, over ${scheme}`, async () => {
      await network.dns.serve({ records: [...ordinary(), host('inside.school.example', insideAddress)] })
      const location = `${scheme}://inside.school.example:${inside.port}${federationPath}/lookup`
      hs2.toSignpost.interfere(lies.redirecting(location))
      await expectDanToBe(null)
      expect(inside.connections).toBe(0)
    })
  }

  const records: readonly (readonly [string, () => readonly NamedRecord[]])[] = [
    ['leads to a port where nobody listens', () => [srv('school.example', signpost2().target, closedPort)]],
    ['is not there', () => []],
    ['says that there is no such service', () => [srv('school.example', '.', 0)]],
    ['names a server without an address', () => [srv('school.example', 'gone.school.example', 443)]],
    [
      'names a server whose certificate is for another name',
      () => [
        srv('school.example', 'www.school.example', signpost2().port),
        host('www.school.example', '127.0.0.1'),
      ],
    ],
  ]
  for (const [what, given] of records) {
    test(`a domain whose record ${what} has nobody`, async () => {
      await network.dns.serve({ records: withSchool(...given()) })
      await expectDanToBe(null)
    })
  }

  test('a record that leads to private ground is not followed', async () => {
    const leading = srv('school.example', 'inside.school.example', inside.port)
    await network.dns.serve({ records: withSchool(leading, host('inside.school.example', insideAddress)) })
    await expectDanToBe(null)
    expect(inside.connections).toBe(0)
  })

  for (const fault of ['broken', 'silent'] as const) {
    test(`a domain whose name servers are ${fault} has nobody for the time being`, async () => {
      await network.dns.serve({ records: withSchool(), [fault]: ['school.example'] })
      await expectDanToBe(null)
    })
  }

  test('of two servers the second one is asked when the first is down', async () => {
    const { target, port } = signpost2()
    await network.dns.serve({ records: withSchool(srv('school.example', '.', 0)) })
    await expectDanToBe(null)
    const both = [srv('school.example', target, closedPort, 1), srv('school.example', target, port, 2)]
    await network.dns.serve({ records: withSchool(...both) })
    await expectDanToBe(dan.userId)
  })

  test('an invitation that nobody could place in the dark arrives when there is light again', async () => {
    await network.dns.serve({ records: withSchool(), broken: ['school.example'] })
    await expectDanToBe(null)
    const room = await hs1.createRoom(alice, { name: 'The Mock Turtle' })
    expect(await hs1.invite(alice, room, dansAddress)).toBe(200)
    await hs1.mail.waitFor(({ to }) => to.includes(dansAddress))

    await recover()
    await joinOnceInvited(hs2.synapse, dan, room, 40_000)

    expect(await hs1.membership(room, alice, dan.userId)).toBe('join')
  }, 60_000)

  test('in all this trouble nobody was asked in another way, let alone in clear', () => {
    const requests = [...hs1.toSignpost.requests, ...hs2.toSignpost.requests]
    const ways = new Set(requests.map(({ method, url }) => `${method} ${url}`))

    expect([...ways].filter((way) => !/pubkey|org\.signpost\.federation/.test(way))).toEqual([])
    expect(requests.filter(({ url, body }) => `${url} ${body}`.includes('@'))).toEqual([])
  })
})
