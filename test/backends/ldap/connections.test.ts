import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { BackendFailure } from '../../../src/backends/failure.ts'
import { eventually } from '../../support/poll.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../../support/slapd.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { asking, testWorld } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { startRelay, type Relay } from './support/relay.ts'
import { startLdap, startSchool, personLdif, frame, serviceDn } from './support/school-directory.ts'

const annaMail = [{ medium: 'email' as const, address: 'anna@school.example' }]
const anna = [{ ...annaMail[0], mxid: '@anna:example.org' }]
const annaLogin = {
  userId: '@anna:example.org',
  localpart: 'anna',
  domain: 'example.org',
  password: 'correct horse "battery" \\ stäple',
}

const backends: Backend[] = []
const slapds: Slapd[] = []
const peers: Server[] = []
const relays: Relay[] = []
afterEach(async () => {
  await Promise.all(backends.splice(0).map((backend) => backend.close()))
  await Promise.all(relays.splice(0).map((path) => path.stop()))
  await Promise.all(slapds.splice(0).map((slapd) => slapd.stop()))
  for (const peer of peers.splice(0)) peer.close()
})

async function school(...options: Parameters<typeof startSchool>): Promise<Slapd> {
  const slapd = await startSchool(...options)
  slapds.push(slapd)
  return slapd
}

async function ldap(...options: Parameters<typeof startLdap>): Promise<Backend> {
  const backend = await startLdap(...options)
  backends.push(backend)
  return backend
}

async function relay(slapd: Slapd): Promise<Relay> {
  const path = await startRelay(slapd.ldapUrl)
  relays.push(path)
  return path
}

/** A TCP server that does what `behave` says with every connection. */
async function peer(behave: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    behave(socket)
  })
  peers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const failureOf = (work: Promise<unknown> | undefined) =>
  (work ?? Promise.reject(new Error('nothing was asked'))).then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(BackendFailure)
      return error as BackendFailure
    },
  )

describeWith('slapd', slapdUnavailable(), 'connections to a directory', () => {
  it('outlive a restart of the directory between two questions', async () => {
    const slapd = await school()
    const backend = await ldap(slapd)
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
    await slapd.stop()
    await slapd.start()
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
    await slapd.kill()
    await slapd.start()
    expect(await backend.authenticate?.(annaLogin, asking())).toMatchObject({ success: true })
  })

  it('outlive a server that ends idle ones', async () => {
    const slapd = await school({ settings: ['idletimeout 1'] })
    const path = await relay(slapd)
    const backend = await ldap({ ldapUrl: path.url })
    for (let i = 0; i < 3; i++) {
      expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
      await eventually(() => path.endedByServer() === i + 1, { what: 'the server to end an idle connection' })
    }
  })

  it('fail with a reason while the directory is down, and work again afterwards', async () => {
    const slapd = await school()
    const backend = await ldap(slapd)
    await slapd.stop()
    const failure = await failureOf(backend.findMappings?.(annaMail, asking()))
    expect(failure).toMatchObject({
      code: 'connect',
      message: expect.stringContaining('refused the connection'),
    })
    await slapd.start()
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
  })

  it('leave no half of a listing that a restart interrupted', async () => {
    const many = Array.from({ length: 300 }, (_, i) => personLdif(`user${i}`)).join('')
    const slapd = await school({ ldif: frame + many })
    const backend = await ldap(slapd, { pageSize: 50 })
    const order = { since: null, isKnown: () => false, signal: AbortSignal.timeout(20_000) }
    const pages: string[] = []
    const listing = (async () => {
      for await (const page of backend.listPeople?.(order) ?? []) {
        pages.push(page.type)
        if (pages.length === 2) {
          await slapd.kill()
          await slapd.start()
        }
      }
    })()
    expect(await failureOf(listing)).toMatchObject({ code: 'connect' })
    expect(pages).not.toContain('end')
    expect((await readListing(backend)).listed).toHaveLength(300)
  })

  it('go to the second server while the first is down, and back to the first', async () => {
    const [first, second] = [await school(), await school()]
    const runtime = createTestRuntime()
    const backend = await ldap(first, { servers: [first.ldapUrl, second.ldapUrl] }, { runtime })
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
    await first.stop()
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
    expect(await backend.authenticate?.(annaLogin, asking())).toMatchObject({ success: true })

    await first.start()
    runtime.clock.advance(600_000)
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
    await second.stop()
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
  })

  it('go on to the next server when one accepts and never answers', async () => {
    let asked = 0
    const silent = await peer(() => {
      asked += 1
    })
    const slapd = await school()
    const backend = await ldap(slapd, { servers: [silent, slapd.ldapUrl], timeout: '6s' })
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
    expect(await backend.authenticate?.(annaLogin, asking())).toMatchObject({ success: true })
    await backend.close()
    // Once was enough: it is avoided for a while.
    expect(asked).toBe(1)
  })

  it('try every address of a name', async () => {
    const slapd = await school()
    const port = new URL(slapd.ldapUrl).port
    const world = testWorld()
    const resolver = { ...world.resolver, addresses: async () => ['127.0.0.2', '127.0.0.1'] }
    const backend = await ldap(slapd, { servers: [`ldap://dc.school.example:${port}`] }, { resolver })
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
  })

  it('recover from a server that stood still', async () => {
    const slapd = await school()
    const backend = await ldap(slapd, { timeout: '1s' })
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
    await slapd.freeze()
    expect(await failureOf(backend.findMappings?.(annaMail, asking(700)))).toMatchObject({ code: 'timeout' })
    slapd.thaw()
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
  })

  it('notice that the one at hand is half-open', async () => {
    const runtime = createTestRuntime()
    const path = await relay(await school())
    const backend = await ldap({ ldapUrl: path.url }, { timeout: '2s' }, { runtime })
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
    path.forget()
    runtime.clock.advance(60_000)
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(anna)
    expect(path.opened()).toBe(2)
  })

  it('are tried with a refused password once, whatever the number of servers', async () => {
    const [first, second] = [await school(), await school()]
    const backend = await ldap(first, { servers: [first.ldapUrl, second.ldapUrl], bindPassword: 'wrong' })
    await second.stop()
    const failure = await failureOf(backend.findMappings?.(annaMail, asking()))
    expect(failure).toMatchObject({ code: 'credentials', fix: 'Correct "bindDn" or "bindPassword".' })
    expect(`${failure.message} ${failure.fix}`).not.toContain(serviceDn)
  })

  it('may be anonymous where the directory allows it', async () => {
    const open = await school({
      databaseSettings: ['access to attrs=userPassword by * auth', 'access to * by * read'],
    })
    const anonymous = { bindDn: null, bindPassword: null }
    expect(await (await ldap(open, anonymous)).findMappings?.(annaMail, asking())).toEqual(anna)

    const strict = await school({ settings: ['disallow bind_anon'] })
    const failure = await failureOf((await ldap(strict, anonymous)).findMappings?.(annaMail, asking()))
    expect(failure).toMatchObject({ code: 'credentials', fix: expect.stringContaining('bindDn') })
  })

  it('say when the directory wants them encrypted', async () => {
    const slapd = await school({ settings: ['security simple_bind=128'] })
    const failure = await failureOf((await ldap(slapd)).findMappings?.(annaMail, asking()))
    expect(failure).toMatchObject({ code: 'tls', fix: expect.stringContaining('ldaps://') })
  })

  it('say when there is no name like that', async () => {
    const resolver = { ...testWorld().resolver, addresses: async () => [] }
    const slapd = { ldapUrl: 'ldap://gone.school.example' }
    const failure = await failureOf((await ldap(slapd, {}, { resolver })).findMappings?.(annaMail, asking()))
    expect(failure).toMatchObject({ code: 'dns', message: expect.stringContaining('gone.school.example') })
  })

  it('end with the backend, whatever is under way', async () => {
    const silent = await peer(() => undefined)
    const backend = await ldap({ ldapUrl: silent })
    const questions = [
      failureOf(backend.findMappings?.(annaMail, asking())),
      failureOf(backend.authenticate?.(annaLogin, asking())),
      failureOf(readListing(backend)),
    ]
    await backend.close()
    for (const failure of await Promise.all(questions)) expect(failure.code).toBe('closed')
  })
})

describe('a peer that is no directory', () => {
  const http = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'
  const tlsAlert = Buffer.from('15030100020246', 'hex')
  const endless = Buffer.concat([Buffer.from('30847fffffff', 'hex'), Buffer.alloc(1024)])
  const indefinite = Buffer.from('3080020101', 'hex')
  // A message of the right length with nothing sensible inside, and an operation that we never asked for.
  const nonsense = Buffer.from('3003020101', 'hex')
  const unknown = Buffer.from('300502010179 00'.replace(' ', ''), 'hex')

  it.each([
    ['HTTP', http],
    ['TLS', tlsAlert],
    ['a message of two gigabytes', endless],
    ['a length that LDAP does not have', indefinite],
    ['a message without content', nonsense],
    ['an operation that does not exist', unknown],
  ])('is told from a slow one: %s', async (_what, bytes) => {
    const url = await peer((socket) => {
      socket.once('data', () => socket.write(bytes))
    })
    const backend = await ldap({ ldapUrl: url })
    expect(await failureOf(backend.findMappings?.(annaMail, asking()))).toMatchObject({ code: 'protocol' })
  })

  it('is waited for no longer than the question may take', async () => {
    const url = await peer(() => undefined)
    const backend = await ldap({ ldapUrl: url })
    const failure = await failureOf(backend.findMappings?.(annaMail, asking(300)))
    expect(failure.code).toBe('timeout')
  })

  it('does not get the password in clear text behind its answer to STARTTLS', async () => {
    const received: Buffer[] = []
    const success = Buffer.from('300c02010178070a010004000400', 'hex')
    const url = await peer((socket) => {
      socket.on('data', (data) => received.push(data))
      socket.once('data', () => socket.write(Buffer.concat([success, Buffer.from('300c02010261', 'hex')])))
    })
    const backend = await ldap({ ldapUrl: url }, { startTls: true })
    expect(await failureOf(backend.findMappings?.(annaMail, asking()))).toMatchObject({ code: 'protocol' })
    expect(Buffer.concat(received).includes('signpost')).toBe(false)
  })

  it('may refuse STARTTLS', async () => {
    const refusal = Buffer.from('300c02010178070a013504000400', 'hex')
    const url = await peer((socket) => {
      socket.once('data', () => socket.write(refusal))
    })
    const backend = await ldap({ ldapUrl: url }, { startTls: true })
    const failure = await failureOf(backend.findMappings?.(annaMail, asking()))
    expect(failure).toMatchObject({ code: 'tls', message: expect.stringContaining('refused STARTTLS') })
  })
})
