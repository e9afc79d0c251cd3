import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { request, type IncomingMessage, type RequestOptions } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { readChangeState } from '../../../src/gateway/safe-change/change-state.ts'
import { confirmPaths } from '../../../src/gateway/safe-change/trial-keys.ts'
import { startTestAppliance, withTestDefaults } from '../../support/appliance.ts'
import { freePorts } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

const port = (value: number) => [{ path: ['server', 'listen', 'port'], value }]
const adminPort = (value: number) => ({ path: ['admin', 'listen', 'port'], value })

/** An installation on three free ports, its file with a comment, and a clock that moves when told. */
async function start(more: ConfigInput = {}) {
  const dataDir = await createTempDir('safe-change')
  const [former, other, admin] = await freePorts(3)
  const config = withTestDefaults({
    matrix: { domain: 'example.org' },
    ...more,
    server: { listen: { port: former }, publicUrl: 'https://matrix.example.org' },
    admin: { listen: { port: admin } },
  })
  const text = `# Written by hand.\n${stringify(config)}`
  await writeFile(join(dataDir, 'signpost.yaml'), text)
  const { clock } = createTestRuntime(Date.now())
  const appliance = await startTestAppliance({ dataDir, config, clock })
  onTestFinished(() => appliance.stop())
  const file = () => readFile(join(dataDir, 'signpost.yaml'), 'utf8')
  return { appliance, change: appliance.safeChange, dataDir, clock, former, other, admin, text, config, file }
}

/** One request over a connection of its own. */
async function ask(where: number, path: string, options: Pick<RequestOptions, 'method' | 'headers'> = {}) {
  const asked = request({ host: '127.0.0.1', port: where, path, agent: false, ...options }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk)
  return { status: response.statusCode ?? 0, body: JSON.parse(body) as Record<string, unknown> }
}

async function isOpen(where: number): Promise<boolean> {
  return await ask(where, '/health').then(
    ({ status }) => status === 200,
    () => false,
  )
}

async function confirm(
  where: number,
  token: string | null,
  listener: 'public' | 'admin' = 'public',
  host?: string,
) {
  const headers = host === undefined ? {} : { host }
  return await ask(where, `${confirmPaths[listener]}/${token}`, { method: 'POST', headers })
}

test('a new port opens beside the former one, and stays when it is confirmed from there', async () => {
  const { change, former, other, text, file, dataDir } = await start()
  const begun = await change.begin(port(other))
  expect(begun).toMatchObject({
    state: 'trying',
    keys: ['server.listen'],
    confirmAt: [{ key: 'server.listen', url: `http://127.0.0.1:${other}${confirmPaths.public}` }],
  })
  expect(await Promise.all([isOpen(former), isOpen(other)])).toEqual([true, true])
  expect(await file()).toBe(text)

  expect(await confirm(former, begun.token)).toEqual({
    status: 200,
    body: { state: 'waiting', missing: ['server.listen'], arrivedAs: `127.0.0.1:${former}` },
  })
  expect(await confirm(other, begun.token)).toEqual({ status: 200, body: { state: 'kept' } })
  expect(await Promise.all([isOpen(former), isOpen(other)])).toEqual([false, true])
  expect(await file()).toBe(text.replace(`port: ${former}`, `port: ${other}`))
  expect(await readChangeState(dataDir)).toMatchObject({ id: begun.id, state: 'kept' })
  // A second window confirms once more.
  expect(await confirm(other, begun.token)).toEqual({ status: 200, body: { state: 'kept' } })
})

test('a change that nobody confirms goes back after a minute', async () => {
  const { change, clock, former, other, text, file, dataDir } = await start()
  await change.begin(port(other))
  clock.advance(59_000)
  expect(await isOpen(other)).toBe(true)
  clock.advance(1_000)
  await eventually(async () => !(await isOpen(other)), { what: 'the new port to close' })
  expect(await isOpen(former)).toBe(true)
  expect(await file()).toBe(text)
  await eventually(async () => (await readChangeState(dataDir))?.state === 'reverted', { what: 'the note' })
  expect(await readChangeState(dataDir)).toMatchObject({ reason: 'unconfirmed' })
  expect(change.isTrying()).toBe(false)
})

test('a clock that stands still or is set back does not prolong a trial', async () => {
  const { change, clock, former, other } = await start()
  await change.begin(port(other), { withinMs: 200 })
  clock.advance(-3_600_000)
  await eventually(async () => !(await isOpen(other)), { what: 'the new port to close' })
  expect(await isOpen(former)).toBe(true)
})

test('a confirmation that comes too late finds nothing to confirm', async () => {
  const { change, clock, former, other } = await start()
  const { token } = await change.begin(port(other))
  clock.advance(60_000)
  await eventually(() => !change.isTrying(), { what: 'the end of the trial' })
  expect((await confirm(former, token)).status).toBe(404)
})

test('a trial that Signpost does not survive is over, and the next start says so', async () => {
  const { appliance, change, former, other, dataDir, config } = await start()
  await change.begin(port(other))
  await appliance.stop()
  const next = await startTestAppliance({ dataDir, config })
  onTestFinished(() => next.stop())
  expect(await Promise.all([isOpen(former), isOpen(other)])).toEqual([true, false])
  expect(await readChangeState(dataDir)).toMatchObject({ state: 'reverted', reason: 'restart' })
  expect(next.logText()).toContain('was not confirmed before Signpost stopped')
})

test('both listeners have to be confirmed, each from its own new address', async () => {
  const { change, other, admin, former } = await start()
  const [adminNew] = await freePorts(1)
  const { token, keys } = await change.begin([...port(other), adminPort(adminNew)])
  expect(keys).toEqual(['server.listen', 'admin.listen'])
  const waiting = async (...args: Parameters<typeof confirm>) => (await confirm(...args)).body['missing']
  expect(await waiting(admin, token, 'admin')).toEqual(['server.listen', 'admin.listen'])
  expect(await waiting(adminNew, token, 'admin')).toEqual(['server.listen'])
  expect((await confirm(other, token)).body).toEqual({ state: 'kept' })
  expect(await Promise.all([former, admin, other, adminNew].map(isOpen))).toEqual([false, false, true, true])
})

test('a new public URL counts once a request has arrived under its name, and not before', async () => {
  const { appliance, change, former, file } = await start()
  const current = () => appliance.config.current().server.publicUrl
  const changes = [{ path: ['server', 'publicUrl'], value: 'https://id.example.org' }]
  const { token, confirmAt } = await change.begin(changes)
  expect(confirmAt[0]?.url).toBe(`https://id.example.org${confirmPaths.public}`)
  expect(current()).toBe('https://matrix.example.org')
  expect((await confirm(former, token, 'public', 'matrix.example.org')).body).toEqual({
    state: 'waiting',
    missing: ['server.publicUrl'],
    arrivedAs: 'matrix.example.org',
  })
  expect((await confirm(former, token, 'public', 'ID.example.org:443')).body).toEqual({ state: 'kept' })
  expect(current()).toBe('https://id.example.org')
  expect(await file()).toContain('publicUrl: https://id.example.org')
})

test('who does not know the token gets the answer of an unknown path', async () => {
  const { change, former, other, admin } = await start()
  expect((await confirm(former, 'guess')).status).toBe(404)
  await change.begin(port(other))
  for (const guess of ['guess', '%', 'x'.repeat(500)]) {
    expect((await confirm(other, guess)).status, guess).toBeGreaterThanOrEqual(400)
    expect((await confirm(admin, guess, 'admin')).status, guess).toBeGreaterThanOrEqual(400)
  }
  expect(await isOpen(former)).toBe(true)
  expect(change.isTrying()).toBe(true)
})

test('a port that somebody else has is refused by name, and nothing is tried', async () => {
  const { change, former, text, file } = await start()
  const squatter = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void squatter.close())
  await once(squatter, 'listening')
  const taken = (squatter.address() as AddressInfo).port
  const refused = await change.begin(port(taken))
  expect(refused).toMatchObject({
    state: 'refused',
    problems: [
      { path: 'server.listen', message: expect.stringContaining('already listens there') as string },
    ],
  })
  expect(change.isTrying()).toBe(false)
  expect(await isOpen(former)).toBe(true)
  expect(await file()).toBe(text)
})

test('a value that cannot be used throws before anything is tried', async () => {
  const { change, former } = await start()
  await expect(change.begin(port(99_999))).rejects.toMatchObject({ code: 'config-invalid' })
  expect(change.isTrying()).toBe(false)
  expect(await isOpen(former)).toBe(true)
})

test('a second change of the network waits for the first; other changes count at once', async () => {
  const { appliance, change, former, other, file } = await start()
  const { token } = await change.begin(port(other))
  const [third] = await freePorts(1)
  await expect(change.begin(port(third))).rejects.toMatchObject({ code: 'change-under-way' })
  const kept = await change.begin([{ path: ['lookup', 'maxAddresses'], value: 77 }])
  expect(kept).toMatchObject({ state: 'kept', token: null, keys: [] })
  expect(appliance.config.current().lookup.maxAddresses).toBe(77)
  expect(await Promise.all([isOpen(former), isOpen(other)])).toEqual([true, true])
  expect((await confirm(other, token)).body).toEqual({ state: 'kept' })
  expect(await isOpen(former)).toBe(false)
  expect(await file()).toContain('maxAddresses: 77')
  expect(appliance.config.current().lookup.maxAddresses).toBe(77)
})

test('a change is taken back at once when the operator says so', async () => {
  const { change, former, other } = await start()
  expect(await change.revert()).toBe(false)
  await change.begin(port(other))
  expect(await change.revert()).toBe(true)
  expect(await Promise.all([isOpen(former), isOpen(other)])).toEqual([true, false])
})

test('what waits for a restart is still told after a change has gone back', async () => {
  const { appliance, change, other } = await start()
  await change.begin([{ path: ['server', 'maxBodyBytes'], value: 4096 }])
  await change.begin(port(other))
  await change.revert()
  expect(appliance.config.restartNeeded()).toEqual(['server.maxBodyBytes'])
})

test('a file that was broken by hand meanwhile keeps the former address', async () => {
  const { change, former, other, dataDir } = await start()
  const { token } = await change.begin(port(other))
  await writeFile(join(dataDir, 'signpost.yaml'), 'matrix: { domian: x }')
  expect((await confirm(other, token)).body).toEqual({ state: 'failed' })
  expect(await Promise.all([isOpen(former), isOpen(other)])).toEqual([true, false])
  expect(await readChangeState(dataDir)).toMatchObject({ state: 'reverted', reason: 'failed' })
})

test('no token stands in a file or in the log', async () => {
  const { appliance, change, other, dataDir } = await start({ activity: { level: 'debug', requests: true } })
  const { token } = await change.begin(port(other))
  await confirm(other, token)
  for (const name of await readdir(dataDir)) {
    if (/\.(json|yaml)$/.test(name)) expect(await readFile(join(dataDir, name), 'utf8')).not.toContain(token)
  }
  expect(appliance.logText()).not.toContain(token)
})
