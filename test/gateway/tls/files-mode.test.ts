import { mkdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { run } from '../../support/child-process.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { startHttpPeer } from '../../support/http-peer.ts'
import { eventually } from '../../support/poll.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createMemoryAuthority, DAY_MS } from './support/authority.ts'
import { chainAt, connectHttps, leafAt } from './support/tls-client.ts'

const NAME = 'matrix.example.org'
const root = createMemoryAuthority('Root of these tests', Date.now())
type Leaf = ReturnType<typeof root.issue>

let dir: string
let appliance: TestAppliance | null = null

beforeEach(async () => {
  dir = await createTempDir('files-mode')
})
afterEach(async () => {
  await appliance?.stop()
  appliance = null
})

const filesConfig = (certificate: string, privateKey: string): ConfigInput => ({
  matrix: { domain: NAME },
  server: { listen: { port: 0 }, tls: { mode: 'files', certificate, privateKey } },
  network: { caFile: join(dir, 'root.pem') },
})

async function start(config: ConfigInput): Promise<TestAppliance> {
  await writeFile(join(dir, 'root.pem'), root.pem)
  return await startTestAppliance({ config, tlsPace: { files: 20 } })
}

/** As certbot lays its files: names that never change are links to numbered ones. */
async function certbot(): Promise<{
  certificate: string
  privateKey: string
  renew(leaf: Leaf): Promise<void>
}> {
  const [live, archive] = [join(dir, 'live'), join(dir, 'archive')]
  await mkdir(live)
  await mkdir(archive)
  const link = async (name: string, number: number) => {
    await symlink(join('..', 'archive', `${name}${number}.pem`), join(live, `${name}.new`))
    await rename(join(live, `${name}.new`), join(live, `${name}.pem`))
  }
  let number = 0
  return {
    certificate: join(live, 'fullchain.pem'),
    privateKey: join(live, 'privkey.pem'),
    async renew(leaf) {
      number += 1
      await writeFile(join(archive, `privkey${number}.pem`), leaf.key)
      await writeFile(join(archive, `fullchain${number}.pem`), leaf.pem)
      await link('privkey', number)
      await link('fullchain', number)
    },
  }
}

const shows = (leaf: Leaf) => async () =>
  (await chainAt(appliance?.publicAddress ?? '', NAME)).startsWith(leaf.pem)

test('a certificate that certbot renews is taken over, and connections go on', async () => {
  const files = await certbot()
  const [first, second] = [root.issue([NAME]), root.issue([NAME])]
  await files.renew(first)
  appliance = await start(filesConfig(files.certificate, files.privateKey))
  expect(appliance.publicAddress).toMatch(/^https:/)

  const idle = await connectHttps(appliance.publicAddress, NAME, root.pem)
  idle.send(`GET /_matrix/identity/versions HTTP/1.1\r\nhost: ${NAME}\r\n\r\n`)
  expect(await idle.answer()).toMatch(/^HTTP\/1.1 200 /)
  // A request under way: the second half of its body comes after the renewal.
  const slow = await connectHttps(appliance.publicAddress, NAME, root.pem)
  const head = `POST /_matrix/identity/v2/account/register HTTP/1.1\r\nhost: ${NAME}\r\ncontent-length: 2\r\n\r\n`
  slow.send(`${head}{`)

  await files.renew(second)
  expect(await readlink(files.certificate)).toBe('../archive/fullchain2.pem')
  await eventually(shows(second), { what: 'the new certificate' })

  slow.send('}')
  expect(await slow.answer()).toMatch(/^HTTP\/1.1 400 .*M_MISSING_PARAMS/s)
  idle.send(`GET /_matrix/identity/v2 HTTP/1.1\r\nhost: ${NAME}\r\n\r\n`)
  expect(await idle.answer()).toMatch(/^HTTP\/1.1 200 /)
  expect(idle.socket.getPeerX509Certificate()?.toString()).toBe(first.pem)
  for (const { socket } of [idle, slow]) socket.destroy()
})

test('a pair of which half is written changes nothing until it is whole', async () => {
  const [certificate, privateKey] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
  const [first, second] = [root.issue([NAME]), root.issue([NAME])]
  await writeFile(certificate, first.pem)
  await writeFile(privateKey, first.key)
  appliance = await start(filesConfig(certificate, privateKey))
  const { tls, logText } = appliance

  await writeFile(certificate, second.pem)
  await eventually(() => logText().includes('key-mismatch'), { what: 'a warning' })
  expect(await shows(first)()).toBe(true)
  expect(await tls.status()).toMatchObject({
    mode: 'files',
    certificate: { names: [NAME], issuer: root.name },
    lastError: { code: 'key-mismatch' },
  })

  await rm(privateKey)
  await eventually(() => logText().includes('file-unreadable'), { what: 'a second warning' })
  expect(await shows(first)()).toBe(true)

  await writeFile(privateKey, second.key)
  await eventually(shows(second), { what: 'the new certificate' })
  expect(await tls.status()).toMatchObject({ verdicts: [], lastError: null, nextRenewal: null })
  expect(logText()).not.toContain(second.key.split('\n')[1])
})

test('a missing intermediate is fetched and sent, a fault is logged, and order is made', async () => {
  const peer = await startHttpPeer()
  const middle = root.below('Middle')
  peer.handle((_request, response) => void response.writeHead(200).end(middle.certificate.raw))
  const leaf = middle.issue([NAME], { to: 1, from: -80, issuerUrl: `http://127.0.0.1:${peer.port}/middle` })
  const [certificate, privateKey] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
  // Pasted twice, with an editor that adds its mark.
  await writeFile(certificate, `\ufeff${leaf.pem}${leaf.pem}`)
  await writeFile(privateKey, leaf.key)
  appliance = await start(filesConfig(certificate, privateKey))
  const { publicAddress, logText } = appliance
  await eventually(async () => (await chainAt(publicAddress, NAME)) === leaf.pem + middle.pem, {
    what: 'the whole chain',
  })
  for (const code of ['chain-incomplete', 'expires-soon', 'pasted-text', 'duplicate-certificate']) {
    expect(logText()).toContain(`"code":"${code}"`)
  }
  await peer.close()
})

test('a certificate that nobody renews is warned of in time, and an intermediate that was out of reach is fetched', async () => {
  const peer = await startHttpPeer()
  peer.handle((_request, response) => void response.writeHead(503).end())
  const middle = root.below('Middle', { to: 50 })
  const leaf = middle.issue([NAME], { to: 30, issuerUrl: `http://127.0.0.1:${peer.port}/middle` })
  await writeFile(join(dir, 'cert.pem'), leaf.pem)
  await writeFile(join(dir, 'key.pem'), leaf.key)
  await writeFile(join(dir, 'root.pem'), root.pem)
  let offset = 0
  appliance = await startTestAppliance({
    config: filesConfig(join(dir, 'cert.pem'), join(dir, 'key.pem')),
    clock: { now: () => Date.now() + offset },
    tlsPace: { files: 20 },
  })
  const { publicAddress, logText } = appliance
  await eventually(() => peer.seen.length > 0, { what: 'a first try' })
  expect(logText()).not.toContain('expires-soon')
  expect(await chainAt(publicAddress, NAME)).toBe(leaf.pem)

  peer.handle((_request, response) => void response.writeHead(200).end(middle.certificate.raw))
  offset = 28 * DAY_MS
  await eventually(async () => (await chainAt(publicAddress, NAME)) === leaf.pem + middle.pem, {
    what: 'the whole chain',
  })
  expect(logText()).toContain('"code":"expires-soon"')
  await peer.close()
})

test('other files are named while it runs; what cannot be served is refused', async () => {
  const [first, second] = [root.issue([NAME]), root.issue([NAME])]
  for (const [name, text] of Object.entries({ a: first.pem, ak: first.key, b: second.pem, bk: second.key })) {
    await writeFile(join(dir, name), text)
  }
  const config = (certificate: string, key: string) => filesConfig(join(dir, certificate), join(dir, key))
  appliance = await start(config('a', 'ak'))
  await expect(appliance.configure(config('b', 'ak'))).rejects.toThrow(
    /server\.tls\.privateKey.*does not belong/,
  )
  await expect(appliance.configure(config('missing', 'bk'))).rejects.toThrow(/server\.tls\.certificate/)
  expect((await leafAt(appliance.publicAddress, NAME)).toString()).toBe(first.pem)
  await appliance.configure(config('b', 'bk'))
  expect((await leafAt(appliance.publicAddress, NAME)).toString()).toBe(second.pem)
})

test('a key that OpenSSL does not serve is refused with its reason', async () => {
  const [certificate, privateKey] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
  const ends = ['-days', '30', '-noenc', '-subj', '/CN=a', '-keyout', privateKey, '-out', certificate]
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:1024', ...ends])
  await expect(start(filesConfig(certificate, privateKey))).rejects.toMatchObject({
    code: 'tls-unusable',
    likelyCause: expect.stringContaining('1024 bits') as string,
  })
})

test('a start with a pair that nobody could serve says what is wrong', async () => {
  const leaf = root.issue([NAME])
  await writeFile(join(dir, 'cert.pem'), leaf.pem)
  await writeFile(join(dir, 'key.pem'), root.issue([NAME]).key)
  const config = filesConfig(join(dir, 'cert.pem'), join(dir, 'key.pem'))
  await expect(start(config)).rejects.toMatchObject({
    code: 'tls-unusable',
    tried: expect.stringContaining('server.tls.privateKey') as string,
    fix: expect.stringContaining('openssl pkey') as string,
  })
})
