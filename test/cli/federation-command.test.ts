import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runFederationCommand } from '../../src/cli/federation-command.ts'
import { runLookupCommand } from '../../src/cli/lookup-command.ts'
import type { DataContext } from '../../src/cli/open-data.ts'
import { openKeyRing } from '../../src/keys/key-ring.ts'
import { openStorage } from '../../src/storage/storage.ts'
import {
  account,
  ourDomain,
  startFederationWorld,
  type FederationInput,
  type FederationWorld,
} from '../federation/support/federation-world.ts'
import { startStandInPeer, type Api, type StandInPeer } from '../federation/support/stand-in-peer.ts'
import { freePort } from '../support/free-port.ts'
import { json } from '../support/http-peer.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { runIn } from './data-commands.ts'

let world: FederationWorld

beforeAll(async () => {
  world = await startFederationWorld()
})
afterAll(() => world.close())

interface Installed {
  readonly dataDir: string
  /** A peer that knows the key of this installation. */
  peer(domain: string, apis: readonly Api[]): Promise<StandInPeer>
  check(
    ...args: string[]
  ): Promise<{ code: number; steps: Record<string, [string, string]>; out: string; err: string }>
}

async function install(federation: FederationInput = {}, keys = true): Promise<Installed> {
  const dataDir = join(await createTempDir('federation-cli'), 'data')
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'ca.pem'), world.authority.caPem)
  const config = {
    matrix: { domain: ourDomain, homeserverUrl: world.homeserver.url },
    network: { dnsServers: [world.dns.address], allowPrivate: ['127.0.0.1'], caFile: 'ca.pem' },
    federation: { ...federation, outbound: { timeout: '10s', ...federation.outbound } },
  }
  await writeFile(join(dataDir, 'signpost.yaml'), stringify(config))
  const keyRing = keys ? await openKeyRing(join(dataDir, 'signing-keys.json'), createTestRuntime()) : null
  return {
    dataDir,
    async peer(domain, apis) {
      const keyOfOrigin =
        keyRing === null ? {} : { keyOfOrigin: { origin: ourDomain, key: keyRing.active() } }
      return await world.peer(domain, apis, keyOfOrigin)
    },
    async check(...args) {
      const { code, out, err } = await runIn(dataDir, runFederationCommand, ['check', ...args])
      const asJson = await runIn(dataDir, runFederationCommand, ['check', ...args], true)
      expect(asJson.code).toBe(code)
      const report = JSON.parse(asJson.out || '{"steps":[]}') as {
        steps: { step: string; outcome: string; detail: string; fix: string | null }[]
      }
      const entries = report.steps.map(({ step, outcome, detail, fix }) => [
        step,
        [outcome, `${detail} ${fix}`],
      ])
      return { code, out, err, steps: Object.fromEntries(entries) as Record<string, [string, string]> }
    },
  }
}

describe('signpost federation check DOMAIN', () => {
  it('shows record, address, certificate, APIs and key of a Signpost, and what it would answer', async () => {
    const ours = await install()
    const peer = await ours.peer('signed.example', ['signed', 'v2', 'v1'])
    peer.people.set('email dan@signed.example', '@dan:signed.example')
    const { code, steps, out } = await ours.check('signed.example', 'dan@signed.example')
    expect(code).toBe(0)
    expect(Object.keys(steps)).toEqual(['settings', 'dns', 'address', 'tls', 'api', 'key', 'answer'])
    expect(steps['dns']?.[1]).toContain(`0 0 ${peer.http.port} id.signed.example`)
    expect(steps['address']?.[1]).toContain('127.0.0.1')
    expect(steps['tls']).toEqual(['warning', expect.stringContaining('renew')])
    expect(steps['tls']?.[1]).toContain('certificate for id.signed.example, by Signpost test authority')
    expect(steps['api']?.[1]).toContain('signed lookups of Signpost, v2, v1')
    expect(steps['key']?.[1]).toContain(`signed.example with ed25519:0 (${peer.signingKey.publicKey})`)
    expect(steps['answer']?.[1]).toContain('@dan:signed.example')
    expect(out).toMatch(/^signed\.example\n {2}ok {7}settings /)
  })

  it('tells a person whose address the server does not know from a failure', async () => {
    const ours = await install()
    await ours.peer('empty.example', ['signed'])
    const { code, steps } = await ours.check('empty.example', 'dan@empty.example')
    expect([code, steps['answer']?.[0], steps['answer']?.[1]]).toEqual([
      0,
      'ok',
      expect.stringContaining('nobody'),
    ])
  })

  it('ends with 1 at a domain without record, with the record to publish', async () => {
    const { code, steps, out } = await (await install()).check('nothing.example')
    expect(code).toBe(1)
    expect(steps['dns']).toEqual([
      'failed',
      expect.stringContaining(
        '_matrix-identity._tcp.nothing.example. 3600 IN SRV 10 0 443 id.nothing.example.',
      ),
    ])
    expect(Object.keys(steps)).toEqual(['settings', 'dns'])
    expect(out).toContain('Fix: ')
  })

  it('ends with 1 at SERVFAIL, at a server that is down and at one with the certificate of another', async () => {
    const ours = await install()
    world.dns.answer('_matrix-identity._tcp.servfail.example', 'SRV', 'SERVFAIL')
    expect((await ours.check('servfail.example')).steps['dns']).toEqual([
      'failed',
      expect.stringContaining('ESERVFAIL'),
    ])
    world.dns.host('id.down.example', '127.0.0.1')
    world.announce('down.example', [{ host: 'id.down.example', port: await freePort() }])
    expect((await ours.check('down.example')).steps['tls']?.[0]).toBe('failed')
    const peer = await ours.peer('right.example', ['signed'])
    world.dns.host('id.wrong.example', '127.0.0.1')
    world.announce('wrong.example', [{ host: 'id.wrong.example', port: peer.http.port }])
    const wrong = await ours.check('wrong.example')
    expect([wrong.code, wrong.steps['tls']?.[0]]).toEqual([1, 'failed'])
    expect(wrong.steps['tls']?.[1]).toContain('certificate')
  })

  it('warns when one of several servers cannot be used', async () => {
    const ours = await install()
    const peer = await ours.peer('half.example', ['signed'])
    world.dns.host('dead.half.example', '127.0.0.1')
    world.announce('half.example', [
      { host: 'id.half.example', port: peer.http.port, priority: 2 },
      { host: 'dead.half.example', port: await freePort(), priority: 1 },
    ])
    const { code, steps } = await ours.check('half.example')
    expect([code, steps['tls']?.[0], steps['key']?.[0]]).toEqual([0, 'warning', 'ok'])
  })

  it('refuses a server on private ground', async () => {
    world.dns.host('id.private.example', '10.9.8.7')
    world.announce('private.example', [{ host: 'id.private.example', port: 443 }])
    const { code, steps } = await (await install()).check('private.example')
    expect([code, steps['address']]).toEqual([1, ['failed', expect.stringContaining('network.allowPrivate')]])
  })

  it('names what to set for a server that knows old APIs only, and uses them once that is set', async () => {
    const careful = await install()
    const peer = await careful.peer('old.example', ['v1', 'v2'])
    peer.people.set('email dan@old.example', '@dan:old.example')
    const refused = await careful.check('old.example', 'dan@old.example')
    expect(refused.code).toBe(1)
    expect(refused.steps['api']?.[1]).toContain('federation.account')
    expect(refused.steps['api']?.[1]).toContain('federation.outbound.plain')
    const plain = await (await install({ outbound: { plain: true } })).check('old.example', 'dan@old.example')
    expect([plain.code, plain.steps['answer']?.[1]]).toEqual([0, expect.stringContaining('@dan:old.example')])
    const hashed = await (await install({ account })).check('old.example', 'dan@old.example')
    expect(Object.keys(hashed.steps)).toEqual(expect.arrayContaining(['terms', 'account', 'answer']))
    expect(hashed.code).toBe(0)
  })

  it('tells why a Signpost does not accept our signature', async () => {
    const ours = await install()
    await world.peer('strict.example', ['signed'])
    const { code, steps } = await ours.check('strict.example')
    expect([code, steps['key']?.[0]]).toEqual([1, 'failed'])
    expect(steps['key']?.[1]).toContain(`_matrix-identity._tcp.${ourDomain}`)
  })

  it('says that nothing answers there', async () => {
    const ours = await install()
    const peer = await ours.peer('website.example', [])
    peer.override('/', (_request, response) => void response.writeHead(200).end('<html>welcome'))
    expect((await ours.check('website.example')).steps['api']).toEqual([
      'failed',
      expect.stringContaining('No identity server'),
    ])
  })

  it('warns when lookups do not go there at all', async () => {
    const ours = await install({ outbound: { deny: ['denied.example'] } })
    await ours.peer('denied.example', ['signed'])
    const { code, steps } = await ours.check('denied.example')
    expect([code, steps['settings']?.[0]]).toEqual([0, 'warning'])
  })

  it('makes no keys, which would belong to the wrong user', async () => {
    const ours = await install({}, false)
    await ours.peer('keyless.example', ['signed'])
    const { code, steps } = await ours.check('keyless.example')
    expect([code, steps['key']]).toEqual([1, ['failed', expect.stringContaining('Start Signpost once')]])
    expect((await readdir(ours.dataDir)).sort()).toEqual(['ca.pem', 'signpost.yaml'])
  })
})

describe('signpost federation check URL', () => {
  it('shows terms, account and answer of a central server', async () => {
    const central = await startStandInPeer({
      apis: ['v2'],
      isOpenIdToken: (token) => world.homeserver.issued.has(token),
    })
    const url = `http://127.0.0.1:${central.http.port}`
    central.people.set('email dan@far.example', '@dan:far.example')
    central.policies = {
      privacy: { version: '1', en: { name: 'Privacy', url: 'https://central.example/p1' } },
    }

    const asking = await (await install({ central: [{ url }], account })).check(url)
    expect([asking.code, asking.steps['terms']?.[0], asking.steps['account']?.[0]]).toEqual([
      1,
      'warning',
      'failed',
    ])
    expect(asking.steps['terms']?.[1]).toContain('https://central.example/p1')

    const terms = ['https://central.example/p1']
    const agreed = await (await install({ central: [{ url, terms }], account })).check(url, 'dan@far.example')
    expect([agreed.code, agreed.steps['answer']?.[1]]).toEqual([
      0,
      expect.stringContaining('@dan:far.example'),
    ])

    const foreign = await (await install()).check(url)
    expect([foreign.code, foreign.steps['settings']?.[0], foreign.steps['account']?.[1]]).toEqual([
      1,
      'warning',
      expect.stringContaining('federation.account.userId'),
    ])
    await central.close()
  })
})

it.each([
  [[], 'one command'],
  [['list'], 'one command'],
  [['check'], 'needs one domain'],
  [['check', 'a.example', 'dan@a.example', 'more'], 'needs one domain'],
  [['check', 'not a domain'], 'is no domain'],
  [['check', 'ftp://x'], 'is no URL'],
  [['check', 'a.example', 'dan@b.example'], 'has to be an e-mail address of a.example'],
  [['check', 'a.example', '--wrong'], '--wrong'],
])('"signpost federation %j" ends with 64 and the usage', async (args, message) => {
  const { code, err } = await runIn('/nonexistent', runFederationCommand, args)
  expect(code).toBe(64)
  expect(err).toContain(message)
  expect(err).toContain('Usage: signpost federation check')
})

describe('signpost lookup', () => {
  async function installed(federation: FederationInput = {}) {
    const ours = await install(federation)
    const storage = await openStorage(
      { type: 'sqlite', file: join(ours.dataDir, 'signpost.db') },
      createTestRuntime(),
    )
    await storage.close()
    const lookup = (...args: string[]) => runIn(ours.dataDir, runLookupCommand, args)
    const asJson: (
      command: (args: readonly string[], io: DataContext) => Promise<number>,
      args: string[],
    ) => Promise<unknown> = async (command, args) =>
      JSON.parse((await runIn(ours.dataDir, command, args, true)).out)
    return { ...ours, lookup, lookupJson: (...args: string[]) => asJson(runLookupCommand, args) }
  }

  it('names the other server that knows an address', async () => {
    const ours = await installed()
    const peer = await ours.peer('found.example', ['signed'])
    peer.people.set('email dan@found.example', '@dan:found.example')
    const { code, out } = await ours.lookup('dan@found.example')
    expect(code).toBe(0)
    expect(out).toBe(
      'dan@found.example belongs to @dan:found.example\n  Source:  another server: federation found.example',
    )
  })

  it('explains who else was asked, how, and what each said', async () => {
    const ours = await installed({ central: [{ url: 'http://127.0.0.1:9' }], account })
    const peer = await ours.peer('explained.example', ['signed'])
    peer.people.set('email dan@explained.example', '@dan:explained.example')
    const { out } = await ours.lookup('dan@explained.example', '--explain')
    const others = out.slice(out.indexOf('Other servers:'))
    expect(others).toMatch(
      /federation explained\.example +@dan:explained\.example +\d+ ms, this is the answer/,
    )
    expect(others).toContain(`Asked https://id.explained.example:${peer.http.port}, signed lookup.`)
    expect(others).toMatch(/central http:\/\/127\.0\.0\.1:9 +not asked/)
  })

  it('explains why a server gave no answer, also in JSON', async () => {
    const ours = await installed()
    const peer = await ours.peer('broken.example', ['signed'])
    peer.override('/', json(500, {}))
    const { code, out } = await ours.lookup('dan@broken.example', '--explain')
    expect(code).toBe(3)
    expect(out).toMatch(/federation broken\.example +failed/)
    expect(await ours.lookupJson('dan@broken.example', '--explain')).toMatchObject({
      found: false,
      remote: [{ source: 'federation broken.example', outcome: 'failed' }],
    })
  })
})
