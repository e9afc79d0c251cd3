import { stat, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { judgeCertificate } from '../../../src/gateway/tls/verdict.ts'
import { startHttpPeer } from '../../support/http-peer.ts'
import { pebbleUnavailable } from '../../support/pebble.ts'
import { loopbackAddress } from '../../support/loopback-address.ts'
import { eventually } from '../../support/poll.ts'
import { describeWith } from '../../support/skip.ts'
import { createAcmeWorld, NAME, type AcmeWorld } from './support/acme-world.ts'
import { refusal, startAcmeFront } from './support/acme-front.ts'
import { chainAt, connectHttps, leafAt } from './support/tls-client.ts'

describeWith('pebble', pebbleUnavailable(), 'a certificate from an ACME server', () => {
  let world: AcmeWorld

  beforeEach(async () => {
    world = await createAcmeWorld()
  })
  afterEach(() => world.stop())

  async function verdictsAt(url: string) {
    const chainPem = await chainAt(url, NAME)
    const trusted = [await world.pebble.rootPem()]
    return judgeCertificate({ chainPem, host: NAME, now: Date.now(), trusted })
  }

  /** Waits for a certificate that clients of this authority like. */
  async function issued(url: string): Promise<void> {
    await eventually(async () => (await verdictsAt(url)).length === 0, { what: 'the certificate' })
  }

  test('is issued over http-01, and kept for the owner alone', async () => {
    const { publicAddress, tls } = await world.start()
    await issued(publicAddress)
    const client = await connectHttps(publicAddress, NAME, await world.pebble.rootPem())
    client.send(`GET /_matrix/identity/versions HTTP/1.1\r\nhost: ${NAME}\r\n\r\n`)
    expect(await client.answer()).toMatch(/^HTTP\/1.1 200 /)
    client.socket.destroy()
    for (const file of ['acme.pem', 'acme.json', 'acme-account.json']) {
      expect((await stat(join(world.dataDir, 'tls', file))).mode & 0o777).toBe(0o600)
    }
    expect(await tls.status()).toMatchObject({
      mode: 'acme',
      certificate: { names: [NAME] },
      lastError: null,
    })
    // The port that answered is closed again.
    const server = createServer()
    await new Promise<void>((done, fail) => {
      server.once('error', fail)
      server.listen(world.ports.http, world.ip, done)
    })
    server.close()
  })

  test('is issued over tls-alpn-01, on the listener itself, while other clients are served', async () => {
    let [seen, held] = [0, true]
    // The authority is made to wait before it looks, so that there is time to look as somebody else.
    world.front.answer(async ({ url }) => {
      if (!url.startsWith('/chalZ/') || !held) return null
      seen += 1
      await eventually(() => !held, { what: 'the end of the test' })
      return null
    })
    const { publicAddress } = await world.start({ challenge: 'tls-alpn-01', httpPort: null })
    await eventually(() => seen > 0, { what: 'the check to begin' })
    const placeholder = await leafAt(publicAddress, NAME)
    expect(placeholder.subject).toBe('CN=Signpost has no certificate yet')
    const client = await connectHttps(publicAddress, NAME, placeholder.toString())
    client.send(`GET /_matrix/identity/versions HTTP/1.1\r\nhost: ${NAME}\r\n\r\n`)
    expect(await client.answer()).toMatch(/^HTTP\/1.1 200 /)
    held = false
    await issued(publicAddress)
    // The connection of the placeholder's time goes on.
    client.send(`GET /_matrix/identity/versions HTTP/1.1\r\nhost: ${NAME}\r\n\r\n`)
    expect(await client.answer()).toMatch(/^HTTP\/1.1 200 /)
    client.socket.destroy()
  })

  test('is issued when a proxy passes the challenge on to the public listener', async () => {
    const proxy = await startHttpPeer({ address: world.ip, port: world.ports.http })
    proxy.handle(({ url }, response) => {
      const target = new URL(url, `https://${world.ip}:${world.ports.tls}`)
      const passed = request(target, { rejectUnauthorized: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502)
        answer.pipe(response)
      })
      passed.on('error', () => response.destroy()).end()
    })
    const { publicAddress } = await world.start({ httpPort: null })
    await issued(publicAddress)
    expect(proxy.seen.map(({ url }) => url)).toContainEqual(
      expect.stringMatching(/^\/\.well-known\/acme-challenge\/[\w-]+$/),
    )
    await proxy.close()
  })

  test('is for all names that are wanted, and for others when those change', async () => {
    for (const name of ['a.example.org', 'b.example.org']) world.dns.host(name, world.ip)
    const { publicAddress, tls, configure } = await world.start({
      domains: ['A.example.org', 'b.example.org'],
    })
    const isFor = (names: readonly string[]) => async () => {
      const leaf = await leafAt(publicAddress, NAME)
      const { certificate } = await tls.status()
      return certificate?.fingerprint === leaf.fingerprint256 && certificate.names.join() === names.join()
    }
    await eventually(isFor(['a.example.org', 'b.example.org']), { what: 'the certificate' })
    await configure(world.config({ domains: [NAME] }))
    await eventually(isFor([NAME]), { what: 'the certificate for another name' })
    expect(await verdictsAt(publicAddress)).toEqual([])
  })

  test('costs one account and one order, also after a restart', async () => {
    const first = await world.start()
    await issued(first.publicAddress)
    const leaf = (await leafAt(first.publicAddress, NAME)).fingerprint256
    await world.stopAppliance()
    const before = world.front.asked()
    // A day later, when it asks whether there is advice: that shows when it has looked.
    world.setClock(25 * HOUR_MS)
    const second = await world.start()
    await eventually(() => world.front.asked() > before, { what: 'a look' })
    await world.stopAppliance()
    expect(world.front.accepted('/sign-me-up')).toHaveLength(1)
    expect(world.front.accepted('/order-plz')).toHaveLength(1)
    expect(second.logText()).not.toContain('a certificate was issued')
    expect((await first.tls.status()).certificate?.fingerprint).toBe(leaf)
  })

  test('is issued by an authority that has an external account', async () => {
    const hmacKey = Buffer.from('a key of thirty-two bytes length').toString('base64url')
    await world.stop()
    world = await createAcmeWorld({ externalAccounts: { 'kid-1': hmacKey } })
    const without = await world.start()
    await eventually(async () => (await without.tls.status()).lastError?.code === 'account-refused', {
      what: 'the refusal',
    })
    expect((await without.tls.status()).lastError?.fix).toContain('server.tls.acme.eab')
    await world.stopAppliance()
    world.setClock(2 * HOUR_MS)
    const { publicAddress, logText } = await world.start({ eab: { keyId: 'kid-1', hmacKey } })
    await issued(publicAddress)
    expect(logText()).not.toContain(hmacKey)
  })

  test('is first asked of the staging directory, and mistakes stop there', async () => {
    const staging = await startAcmeFront(world.pebble, world.ip)
    await writeFile(join(world.dataDir, 'front.pem'), world.front.caPem + staging.caPem)
    world.dns.host(NAME, loopbackAddress())
    const { publicAddress, tls } = await world.start({ stagingDirectory: staging.directory })
    await eventually(async () => (await tls.status()).lastError?.code === 'challenge-failed', {
      what: 'the failure',
    })
    expect(world.front.asked()).toBe(0)

    world.dns.host(NAME, world.ip)
    world.setClock(HOUR_MS)
    await issued(publicAddress)
    expect(staging.accepted('/certZ/')).toHaveLength(1)
    expect(world.front.accepted('/certZ/')).toHaveLength(1)
    await staging.close()
  })

  test('does not wait for a staging directory that is out of order', async () => {
    const staging = await startAcmeFront(world.pebble, world.ip)
    await writeFile(join(world.dataDir, 'front.pem'), world.front.caPem + staging.caPem)
    staging.answer(() => refusal(503, 'serverInternal'))
    const { publicAddress, logText } = await world.start({ stagingDirectory: staging.directory })
    await issued(publicAddress)
    expect(logText()).toMatch(/"code":"ca-error".*"the staging directory is of no use now"/)
    await staging.close()
  })
})

const HOUR_MS = 3_600_000
