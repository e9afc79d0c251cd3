import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { CompareReport } from '../../src/migrate/take-over/report.ts'
import { verifyJson } from '../../src/matrix/signing.ts'
import { canonicalAddress, isMedium } from '../../src/matrix/threepid.ts'
import { createApiClient, type ApiClient } from '../support/api-client.ts'
import { run } from '../support/child-process.ts'
import { freePorts } from '../support/free-port.ts'
import { lookupHash, member } from '../support/identity-world.ts'
import { eventually } from '../support/poll.ts'
import { startSmtpSink, type SmtpSink } from '../support/smtp-sink.ts'
import { startStandInHomeserver, type StandInHomeserver } from '../support/stand-in-homeserver.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { startOldIdentityServer, type OldIdentityServer } from './support/old-identity-server.ts'
import { oldInstallations } from './support/old-products.ts'
import { startSignpostProcess, type SignpostProcess } from './support/signpost-process.ts'

const main = resolve(import.meta.dirname, '../../src/main.ts')
const late = { address: 'late@example.org', mxid: '@late:example.org' }

/*
 * docs/take-over.md, followed step by step: an old server with its clients, Signpost beside it, the switch, and the way
 * back. Every test goes on where the one before it ended.
 */
describe.each(oldInstallations)('a $kind whose place is taken', (old) => {
  const { kind, product, addresses, token, waiting } = old
  let folder: string
  let dataDir: string
  let installed: { config: string; database: string }
  let oldPort: number
  let ownPort: number
  let server: OldIdentityServer
  let homeserver: StandInHomeserver
  let mail: SmtpSink
  let signpost: SignpostProcess | null = null
  let there: ApiClient
  let beside: ApiClient
  let answersBefore: Answers
  let filesBefore: Readonly<Record<string, string>>

  beforeAll(async () => {
    folder = join(await createTempDir('take-over'), kind)
    dataDir = join(await createTempDir('take-over'), 'data')
    ;[oldPort, ownPort] = await freePorts(2)
    homeserver = await startStandInHomeserver('example.org')
    mail = await startSmtpSink()
    await mkdir(folder)
    installed = await old.create(folder, { port: oldPort, smtpPort: mail.port })
    server = await startOld()
    there = createApiClient(`http://127.0.0.1:${oldPort}`)
    beside = createApiClient(`http://127.0.0.1:${ownPort}`)
    answersBefore = await answersOf(there)
    await mkdir(dataDir, { mode: 0o700 })
    await writeFile(
      join(dataDir, 'signpost.yaml'),
      stringify({
        matrix: { domain: 'example.org', pins: { 'example.org': homeserver.url } },
        migration: { compareWith: server.url, perMinute: 60_000 },
        server: { listen: { host: '127.0.0.1', port: ownPort } },
        // Of this machine of the test, on which nobody else is.
        admin: { listen: { port: 0 } },
        federation: { outbound: { enabled: false } },
        rateLimits: { enabled: false },
        invitations: { resolveEvery: '1s' },
      }),
    )
  }, 60_000)

  afterAll(async () => {
    await signpost?.stop()
    await Promise.all([server.close(), homeserver.close(), mail.close()])
  })

  const startOld = () => startOldIdentityServer(product, installed.database, oldPort)
  const startSignpost = async () => (signpost = await startSignpostProcess({ config: null, dataDir }))

  async function command(...words: readonly string[]): Promise<{ code: number; out: string }> {
    const args = [main, ...words, '--data', dataDir]
    const { stdout, code } = await run(process.execPath, args).then(
      ({ stdout }) => ({ stdout, code: 0 }),
      (error: unknown) => error as { stdout: string; code: number },
    )
    return { code, out: stdout }
  }

  async function compared(...words: readonly string[]): Promise<CompareReport> {
    return JSON.parse((await command('import', 'compare', '--json', ...words)).out) as CompareReport
  }

  type Answers = Readonly<Record<string, string | null>>

  /** What a server says about every address, by the old API. */
  async function answersOf(api: ApiClient): Promise<Answers> {
    const entries: [string, string | null][] = []
    for (const { ask } of addresses) {
      const [medium, address] = ask
      const { body } = await api.get('/api/v1/lookup', { query: { medium, address } })
      entries.push([ask.join(' '), (body as { mxid?: string }).mxid ?? null])
    }
    return Object.fromEntries(entries)
  }

  /** By the new API, in clear; `recorded` servers have another way to their pepper. */
  async function plainAnswersOf(api: ApiClient, pepper: string): Promise<Answers> {
    const asked = addresses.map(({ ask: [medium, address] }) => `${address} ${medium}`)
    const json = { algorithm: 'none', pepper, addresses: asked }
    const { body } = await api.post('/v2/lookup', { token, json })
    const { mappings } = body as { mappings: Record<string, string> }
    return Object.fromEntries(
      addresses.map(({ ask }, i) => [ask.join(' '), mappings[asked[i] ?? ''] ?? null]),
    )
  }

  const expectedAnswers = (when: 'before' | 'after') =>
    Object.fromEntries(addresses.map((each) => [each.ask.join(' '), each[when]]))

  /** Those differences of which docs/take-over.md says why. */
  const justified = () => [
    ...addresses
      .filter(({ ask: [medium], before, after }) => before !== after && isMedium(medium))
      .map(({ ask: [, address], before, after }) => `${address}: ${after} here, ${before} there`),
    ...old.onlyByCanonicalForm.map(([address, mxid]) => `${address}: ${mxid} here, null there`),
  ]

  const shown = ({ differences }: CompareReport) =>
    differences.map(({ address, here, there: old }) => `${address}: ${here} here, ${old} there`).toSorted()

  it('answers as it was recorded, and with what its database holds', async () => {
    expect(answersBefore).toEqual(expectedAnswers('before'))
    expect(await plainAnswersOf(there, product.pepper)).toEqual(answersBefore)
    for (const { method, path, request, status, body } of product.recorded) {
      const answer = await there.request(method, path, request)
      expect([path, answer.status]).toEqual([path, status])
      expect(answer.body).toMatchObject(body)
    }
  })

  it('is looked at first, and nothing changes on either side', async () => {
    const before = await contentsOf(dataDir)
    filesBefore = await contentsOf(folder)
    const { code, out } = await command('import', kind, installed.config)
    expect(code).toBe(0)
    expect(out).toContain('Nothing was changed.')
    expect(await contentsOf(dataDir)).toEqual(before)
    expect(await contentsOf(folder)).toEqual(filesBefore)
  })

  it('goes on beside Signpost, which asks it whatever clients ask, and shows what is different', async () => {
    expect((await command('import', kind, installed.config, '--apply')).code).toBe(0)
    await startSignpost()
    old.bind?.(installed.database, late.address, late.mxid)
    // Clients ask both.
    expect(await answersOf(beside)).toEqual(expectedAnswers('after'))
    expect(await answersOf(there)).toEqual(expectedAnswers('before'))
    await beside.get('/api/v1/lookup', { query: { medium: 'email', address: late.address } })
    const known = addresses.filter(({ ask: [medium] }) => isMedium(medium))
    const report = await eventually(
      async () => {
        const found = await compared().catch(() => null)
        return found !== null && found.compared > known.length && found
      },
      { what: 'the comparison', timeoutMs: 30_000 },
    )
    expect(report).toMatchObject({ failed: 0, leftOut: 0, more: 0 })
    const fresh = old.bind === null ? [] : [`${late.address}: null here, ${late.mxid} there`]
    expect(shown(report)).toEqual([...justified(), ...fresh].toSorted())
  })

  it('is stopped, and Signpost answers at its port with its keys', async () => {
    await server.close()
    await signpost?.stop()
    filesBefore = await contentsOf(folder)
    expect((await command('config', 'unset', 'migration.compareWith')).code).toBe(0)
    expect((await command('config', 'unset', 'server.listen')).code).toBe(0)
    expect((await command('import', kind, installed.config, '--apply')).code).toBe(0)
    await startSignpost()
    expect(signpost?.publicAddress).toBe(`http://127.0.0.1:${oldPort}`)
  })

  it('leaves nobody with another answer than before, but for what is written down', async () => {
    const pepper = member((await there.get('/v2/hash_details', { token })).body, 'lookup_pepper')
    expect(await answersOf(there)).toEqual(expectedAnswers('after'))
    expect(await plainAnswersOf(there, pepper)).toEqual(expectedAnswers('after'))
    const bound = addresses.filter(({ after }) => after !== null)
    const hashes = bound.map(({ ask: [medium, address] }) => {
      const canonical = isMedium(medium) ? canonicalAddress(medium, address) : null
      return lookupHash(canonical ?? '', medium, pepper)
    })
    const json = { algorithm: 'sha256', pepper, addresses: hashes }
    // A directory has to be read once before its people have hashes.
    await eventually(
      async () => {
        const { body } = await there.post('/v2/lookup', { token, json })
        const { mappings } = body as { mappings: Record<string, string> }
        return bound.every(({ after }, i) => mappings[hashes[i] ?? ''] === after)
      },
      { what: 'the hashes of everybody', timeoutMs: 20_000 },
    )
  })

  it('had bound somebody meanwhile, who is found as well', async () => {
    if (old.bind === null) return
    const { body } = await there.get('/api/v1/lookup', { query: { medium: 'email', address: late.address } })
    expect(body).toMatchObject({ mxid: late.mxid })
  })

  it.each(product.recorded)('$method $path is answered as before: $about', async (one) => {
    const answer = await there.request(one.method, one.path, one.request)
    const expected = one.here ?? one
    expect(answer.status).toBe(expected.status)
    expect(answer.body).toMatchObject(expected.body)
    if (Object.keys(expected.body).length === 0) expect(answer.body).toEqual({})
  })

  it('has signed what verifies with the key that Signpost publishes', async () => {
    const { body } = await there.get(`/api/v1/pubkey/${old.key.id}`)
    const keys = new Map([[old.key.id, member(body, 'public_key')]])
    const again = await startOldIdentityServer(product, installed.database, 0)
    const [known] = addresses.filter(({ before }) => before !== null)
    const [medium = '', address = ''] = known?.ask ?? []
    const signed = await createApiClient(again.url).get('/api/v1/lookup', { query: { medium, address } })
    await again.close()
    expect(verifyJson(signed.body, product.name, keys)).toBe(true)
  })

  it('left invitations that are delivered as soon as somebody binds their address, signed by the key in the room', async () => {
    const mxid = '@newcomer:example.org'
    const openId = { access_token: homeserver.openIdToken(mxid), token_type: 'Bearer', expires_in: 60 }
    const registered = await there.post('/v2/account/register', {
      json: { ...openId, matrix_server_name: 'example.org' },
    })
    const own = member(registered.body, 'token')
    const terms = await there.get('/v2/terms')
    const urls = urlsIn(terms.body)
    if (urls.length > 0) await there.post('/v2/terms', { token: own, json: { user_accepts: urls } })
    const session = { client_secret: 'secret_of_newcomer' }
    const asked = await there.post('/v2/validate/email/requestToken', {
      token: own,
      json: { ...session, email: waiting.address, send_attempt: 1 },
    })
    const sid = member(asked.body, 'sid')
    const { parsed } = await mail.waitFor(({ to }) => to.includes(waiting.address))
    const code = /[?&]token=([^&\s"]+)/.exec(parsed.text ?? '')?.[1] ?? ''
    const json = { ...session, sid, token: code }
    expect((await there.post('/v2/validate/email/submitToken', { token: own, json })).body).toEqual({
      success: true,
    })
    const bound = await there.post('/v2/3pid/bind', { token: own, json: { ...session, sid, mxid } })
    expect(bound.status).toBe(200)
    const { body } = await eventually(
      () => homeserver.onbinds.find((one) => one.body.invites[0]?.signed.token === waiting.token),
      { what: 'the delivery of the invitation', timeoutMs: 20_000 },
    )
    expect(body).toMatchObject({ address: waiting.address, mxid })
    const keys = new Map([[old.key.id, old.key.publicKey]])
    expect(verifyJson(body.invites[0]?.signed, 'example.org', keys)).toBe(true)
  })

  it('comes back, answers as ever, and finds its files as it left them', async () => {
    await signpost?.stop()
    expect(await contentsOf(folder)).toEqual(filesBefore)
    server = await startOld()
    expect(await answersOf(there)).toEqual(answersBefore)
    expect(await plainAnswersOf(there, product.pepper)).toEqual(answersBefore)
    expect(await contentsOf(folder)).toEqual(filesBefore)
  })

  it('is told by Signpost, on another port, what has happened in between', async () => {
    expect((await command('config', 'set', 'server.listen.port', String(ownPort))).code).toBe(0)
    expect((await command('config', 'set', 'migration.compareWith', server.url)).code).toBe(0)
    await startSignpost()
    const report = await compared('--all')
    const made = `${waiting.address}: @newcomer:example.org here, null there`
    expect(shown(report)).toContain(made)
    expect(shown(report).filter((one) => one !== made && !justified().includes(one))).toEqual([])
    const { out } = await command('invitations', 'list', '--state', 'pending')
    expect(out).toContain('pending')
    const key = await beside.get(`/api/v1/pubkey/${old.key.id}`)
    expect(key.body).toEqual({ public_key: old.key.publicKey })
  })
})

/** The addresses of all documents of the terms. */
function urlsIn(terms: unknown): readonly string[] {
  const found = JSON.stringify(terms).matchAll(/"url":"([^"]+)"/g)
  return [...found].map(([, url = '']) => url)
}

/** Every file below a folder, with a digest of its content. */
async function contentsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  for (const name of (await readdir(folder, { recursive: true })).toSorted()) {
    const path = join(folder, name)
    if (!(await stat(path)).isFile()) continue
    const digest = createHash('sha256').update(await readFile(path))
    found[relative(folder, path)] = digest.digest('hex')
  }
  return found
}
