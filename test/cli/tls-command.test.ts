import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { runTlsCommand } from '../../src/cli/tls-command.ts'
import type { ConfigInput } from '../../src/config/schema.ts'
import { emptyState } from '../../src/gateway/tls/acme/state.ts'
import { wantedBy } from '../../src/gateway/tls/acme/wish.ts'
import { wishOf } from '../../src/gateway/tls/acme/from-config.ts'
import { parseConfig } from '../../src/config/load.ts'
import { createMemoryAuthority, DAY_MS } from '../gateway/tls/support/authority.ts'
import { startTestAppliance } from '../support/appliance.ts'
import { startHttpPeer } from '../support/http-peer.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { runIn } from './data-commands.ts'

const NAME = 'matrix.example.org'
const root = createMemoryAuthority('Root', Date.now())

let dataDir: string
beforeEach(async () => {
  dataDir = await createTempDir('tls-command')
  await writeFile(join(dataDir, 'root.pem'), root.pem)
})

const run = (args: readonly string[], json = false) => runIn(dataDir, runTlsCommand, args, json)

async function configure(tls: NonNullable<ConfigInput['server']>['tls'], publicUrl = `https://${NAME}`) {
  const text = stringify({
    matrix: { domain: 'example.org' },
    server: { publicUrl, tls },
    network: { caFile: 'root.pem' },
  })
  await writeFile(join(dataDir, 'signpost.yaml'), text)
  return text
}

async function configureFiles(pair: { pem: string; key: string }): Promise<void> {
  await writeFile(join(dataDir, 'cert.pem'), pair.pem)
  await writeFile(join(dataDir, 'key.pem'), pair.key)
  await configure({ mode: 'files', certificate: 'cert.pem', privateKey: 'key.pem' })
}

test('"tls check" says that a certificate is fine, and what it is', async () => {
  const leaf = root.issue([NAME, '192.0.2.1'])
  await configureFiles(leaf)
  const { code, out } = await run(['check'])
  expect(code).toBe(0)
  expect(out).toContain(`for       ${NAME}, 192.0.2.1`)
  expect(out).toContain('from      Root')
  expect(out).toContain(new X509Certificate(leaf.pem).fingerprint256)
  expect(out).toContain('ok        Nothing is wrong with it.')
})

test('"tls check" names what is wrong and the fix, for people and for scripts', async () => {
  await configureFiles(root.issue(['www.example.net'], { from: -89, to: 1 }))
  const { code, out } = await run(['check'])
  expect(code).toBe(1)
  expect(out).toMatch(/problem {3}name-mismatch: .*\n {12}Fix: /)
  expect(out).toMatch(/warning {3}expires-soon: .*\n {12}Fix: /)
  const json = await run(['check'], true)
  expect(JSON.parse(json.out)).toMatchObject({
    ok: false,
    certificate: { names: ['www.example.net'] },
    verdicts: [{ code: 'name-mismatch' }, { code: 'expires-soon' }],
  })
})

test('"tls check" says when Signpost repairs the chain itself', async () => {
  const middle = root.below('Middle')
  const peer = await startHttpPeer()
  peer.handle((_request, response) => void response.writeHead(200).end(middle.certificate.raw))
  await configureFiles(middle.issue([NAME], { issuerUrl: `http://127.0.0.1:${peer.port}/` }))
  const { out } = await run(['check'])
  expect(out).toContain('chain-incomplete')
  expect(out).toContain('Signpost fetches the missing certificate and sends it along.')
  await peer.close()
})

test('"tls check" of files that are not there names them', async () => {
  await configure({ mode: 'files', certificate: 'cert.pem', privateKey: 'key.pem' })
  await expect(run(['check'])).rejects.toMatchObject({
    code: 'tls-unusable',
    likelyCause: `${join(dataDir, 'cert.pem')} does not exist.`,
  })
})

test('"tls check --host" looks at any server, and behind a proxy the public URL is looked at', async () => {
  const leaf = root.issue(['localhost'])
  const server = createServer({ key: leaf.key, cert: leaf.pem })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await configure({ mode: 'proxy' }, `https://127.0.0.1:${port}`)
  const byUrl = await run(['check'])
  expect(byUrl.code).toBe(1)
  expect(byUrl.out).toContain('problem   ip-not-named')
  const byName = await run(['check', '--host', `localhost:${port}`])
  expect(byName.out).toContain('ok        Nothing is wrong with it.')
  expect(byName.code).toBe(0)
  await new Promise((done) => server.close(done))
  const gone = await run(['check', '--host', `127.0.0.1:${port}`])
  expect(gone.code).toBe(1)
  expect(gone.err).toContain('ECONNREFUSED')
})

test('"tls check" without any TLS says so', async () => {
  await configure({ mode: 'proxy' }, 'http://127.0.0.1:8090')
  expect(await run(['check'])).toMatchObject({
    code: 3,
    err: expect.stringContaining('without TLS') as string,
  })
})

test('"tls ca" prints the authority that clients install', async () => {
  await configure({ mode: 'selfSigned' })
  expect(await run(['ca'])).toMatchObject({ code: 3 })
  const config = parseConfig(await readFile(join(dataDir, 'signpost.yaml'), 'utf8'), 'signpost.yaml').values
  const appliance = await startTestAppliance({
    dataDir,
    config: { ...config, server: { listen: { port: 0 }, tls: { mode: 'selfSigned' } }, network: {} },
  })
  await appliance.stop()
  const { code, out } = await run(['ca'])
  expect(code).toBe(0)
  expect(new X509Certificate(out).ca).toBe(true)
  expect(out).not.toContain('PRIVATE')
  expect((await run(['check'])).out).toMatch(/mode selfSigned/)
  expect((await run(['status'])).out).toMatch(/renewed {3}on .* by itself/)
})

async function failedWith(code: string): Promise<void> {
  const acme = { agreeToTerms: true }
  const text = await configure({ mode: 'acme', acme })
  const { config } = parseConfig(text, 'signpost.yaml')
  await mkdir(join(dataDir, 'tls'))
  const at = Date.now()
  const failure = {
    wanted: wantedBy(wishOf(config)),
    at,
    code,
    detail: 'It failed.',
    fix: 'Mend it.',
    count: 1,
  }
  const state = { ...emptyState, failure: { ...failure, nextAttempt: at + DAY_MS } }
  await writeFile(join(dataDir, 'tls', 'acme.json'), JSON.stringify(state))
}

test('"tls status" tells why there is no certificate, and "tls retry" does not wait any longer', async () => {
  await failedWith('challenge-failed')
  const { out } = await run(['status'])
  expect(out).toContain('There is no certificate yet.')
  expect(out).toMatch(
    /failed {4}challenge-failed, on .*: It failed\.\n {12}Fix: Mend it\.\n {12}Next attempt: /,
  )
  expect(JSON.parse((await run(['status'], true)).out)).toMatchObject({
    mode: 'acme',
    lastError: { code: 'challenge-failed' },
  })
  expect((await run(['retry'])).code).toBe(0)
  expect((await run(['status'])).out).not.toContain('challenge-failed')
  expect((await run(['retry'])).code).toBe(3)
})

test('"tls retry" respects the limits of an authority', async () => {
  await failedWith('rate-limited')
  expect(await run(['retry'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('left alone') as string,
  })
  expect((await run(['status'])).out).toContain('rate-limited')
})

test.each([
  [['what']],
  [['check', 'more']],
  [['status', '--host', 'a']],
  [['check', '--hots', 'a']],
  [['check', '--host', 'a/b']],
])('%j is no command', async (args) => {
  await configure({ mode: 'proxy' })
  const { code, err } = await run(args)
  expect(code).toBe(64)
  expect(err).toContain('Usage: signpost tls')
})
