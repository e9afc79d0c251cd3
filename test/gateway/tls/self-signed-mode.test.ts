import { X509Certificate } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { run } from '../../support/child-process.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { eventually } from '../../support/poll.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { DAY_MS } from './support/authority.ts'
import { connectHttps, leafAt } from './support/tls-client.ts'

let dataDir: string
let offset = 0
let appliance: TestAppliance | null = null

beforeEach(async () => {
  dataDir = await createTempDir('self-signed')
  offset = 0
})
afterEach(async () => {
  await appliance?.stop()
  appliance = null
})

const config = (names: string[] = []): ConfigInput => ({
  matrix: { domain: 'example.org' },
  server: {
    publicUrl: 'https://signpost.lan:8443',
    listen: { port: 0 },
    tls: { mode: 'selfSigned', selfSigned: { names } },
  },
})

async function start(names?: string[]): Promise<TestAppliance> {
  await appliance?.stop()
  const clock = { now: () => Date.now() + offset }
  appliance = await startTestAppliance({ dataDir, clock, config: config(names), tlsPace: { renewal: 20 } })
  return appliance
}

async function authorityOf({ tls }: TestAppliance): Promise<string> {
  return (await tls.status()).authorityPem ?? ''
}

test('clients that have installed the authority connect by name and by address', async () => {
  const running = await start()
  const ca = await authorityOf(running)
  for (const name of ['signpost.lan', 'localhost']) {
    const client = await connectHttps(running.publicAddress, name, ca)
    client.send(`GET /_matrix/identity/versions HTTP/1.1\r\nhost: ${name}\r\n\r\n`)
    expect(await client.answer()).toMatch(/^HTTP\/1.1 200 /)
    client.socket.destroy()
  }
  const leaf = await leafAt(running.publicAddress, 'signpost.lan')
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1')
  const { verdicts, nextRenewal } = await running.tls.status()
  expect(verdicts).toEqual([])
  expect(nextRenewal).toBeGreaterThan(Date.now() + 260 * DAY_MS)
})

test('OpenSSL finds nothing to complain about, and the keys are for the owner alone', async () => {
  const running = await start(['id.lan', '192.168.1.5', 'fd00::5'])
  const [ca, leaf] = [join(dataDir, 'ca.pem'), join(dataDir, 'leaf.pem')]
  await writeFile(ca, await authorityOf(running))
  await writeFile(leaf, (await leafAt(running.publicAddress, 'id.lan')).toString())
  const strict = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca]
  for (const check of [
    ['-verify_hostname', 'id.lan'],
    ['-verify_ip', '192.168.1.5'],
    ['-verify_ip', 'fd00::5'],
  ]) {
    expect((await run('openssl', [...strict, ...check, leaf])).stdout).toContain('OK')
  }
  for (const file of ['authority.pem', 'self-signed.pem']) {
    expect((await stat(join(dataDir, 'tls', file))).mode & 0o777).toBe(0o600)
  }
})

test('authority and certificate are the same after a restart; other names get another certificate', async () => {
  const first = await start()
  const ca = await authorityOf(first)
  const leaf = (await leafAt(first.publicAddress, 'a')).fingerprint256
  const second = await start()
  expect(await authorityOf(second)).toBe(ca)
  expect((await leafAt(second.publicAddress, 'a')).fingerprint256).toBe(leaf)
  await second.configure(config(['new.lan']))
  const changed = await leafAt(second.publicAddress, 'a')
  expect(changed.subjectAltName).toBe('DNS:new.lan')
  expect(changed.verify(new X509Certificate(ca).publicKey)).toBe(true)
})

test('the certificate is renewed while it runs, long before it runs out', async () => {
  const running = await start()
  const first = await leafAt(running.publicAddress, 'a')
  offset = 300 * DAY_MS
  const second = await eventually(
    async () => {
      const leaf = await leafAt(running.publicAddress, 'a')
      return leaf.fingerprint256 === first.fingerprint256 ? null : leaf
    },
    { what: 'a new certificate' },
  )
  expect(second.validToDate.getTime() - second.validFromDate.getTime()).toBe(398 * DAY_MS)
})

test('a damaged certificate is made anew; a damaged authority stops the start, for clients trust it', async () => {
  await start()
  const ca = await readFile(join(dataDir, 'tls', 'authority.pem'), 'utf8')
  await writeFile(join(dataDir, 'tls', 'self-signed.pem'), 'nonsense')
  expect((await (await start()).tls.status()).verdicts).toEqual([])
  await appliance?.stop()
  appliance = null
  await writeFile(join(dataDir, 'tls', 'authority.pem'), ca.slice(0, 200))
  await expect(start()).rejects.toMatchObject({ code: 'tls-unusable' })
})
