import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApiClient } from '../support/api-client.ts'
import { startProcess, tiedToThisProcess, type RunningProcess } from '../support/child-process.ts'
import { eventually } from '../support/poll.ts'
import { createTempDir } from '../support/temp-dir.ts'

const main = resolve(import.meta.dirname, '../../src/main.ts')
const env = { SIGNPOST_DATA: undefined, NODE_OPTIONS: undefined }

let dataDir: string
let running: (RunningProcess & { output(): Promise<string> })[] = []
beforeEach(async () => {
  dataDir = await createTempDir('main')
  await configure()
})
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()))
  running = []
})

/** Listeners on free ports. */
const configure = (more = '') =>
  writeFile(
    join(dataDir, 'signpost.yaml'),
    `server: { listen: { port: 0 } }\nadmin: { listen: { port: 0 } }\n${more}`,
  )

async function signpost(...args: readonly string[]) {
  const logFile = join(await createTempDir('main-log'), 'log')
  const started = await startProcess(process.execPath, [main, ...args], { env, logFile })
  const one = { ...started, output: () => readFile(logFile, 'utf8') }
  running.push(one)
  return one
}

/** Runs to the end: exit code and everything that was printed. */
async function outcome(...args: readonly string[]): Promise<{ exit: unknown; output: string }> {
  const one = await signpost(...args)
  const exit = await eventually(() => one.exit() ?? false, { what: 'the end of the process' }).catch(
    () => null,
  )
  return { exit, output: await one.output() }
}

async function server() {
  const one = await signpost('--headless', '--data', dataDir, '--json')
  const line = await eventually(
    async () => (await one.output()).split('\n').find((each) => each.startsWith('{"publicAddress"')),
    { what: 'the line that a started server prints' },
  )
  const addresses = JSON.parse(line) as { publicAddress: string; adminAddress: string; dataDir: string }
  return { ...one, ...addresses, api: createApiClient(addresses.publicAddress) }
}

const endOf = (one: RunningProcess) =>
  eventually(() => (one.exit() === null ? null : { exit: one.exit() }), { what: 'the end of the server' })

test('a server starts, answers, and ends in order when it is asked to; what it confirmed is there again', async () => {
  const first = await server()
  expect(first.dataDir).toBe(dataDir)
  expect((await createApiClient(first.adminAddress).get('/health')).status).toBe(200)
  const key = (await first.api.get('/v2/pubkey/ed25519:0')).body
  const json = { medium: 'email', address: 'a@example.com', room_id: '!r:x.org', sender: '@s:localhost' }
  expect((await first.api.post('/api/v1/store-invite', { json })).status).toBe(200)
  process.kill(first.pid, 'SIGTERM')
  expect(await endOf(first)).toEqual({ exit: 0 })

  const second = await server()
  expect((await second.api.get('/v2/pubkey/ed25519:0')).body).toEqual(key)
  const { output } = await outcome('invitations', 'list', '--data', dataDir, '--json')
  expect(output).toContain('!r:x.org')
  process.kill(second.pid, 'SIGINT')
  expect(await endOf(second)).toEqual({ exit: 0 })
})

test('SIGHUP takes a changed file over, says what waits for a restart, and passes over a broken file', async () => {
  const { api, pid, output, exit } = await server()
  const v1 = async () => (await api.get('/api/v1/lookup')).status
  expect(await v1()).toBe(400)
  await configure('identityV1: { enabled: false }\nmatrix: { domain: other.example }\n')
  process.kill(pid, 'SIGHUP')
  await eventually(async () => (await v1()) === 404, { what: 'v1 to be switched off' })
  await eventually(async () => (await output()).includes('"restartNeeded":["matrix.domain"]'), {
    what: 'the log to say what waits',
  })
  await configure('identityV1: { enabled: perhaps }\n')
  process.kill(pid, 'SIGHUP')
  await eventually(async () => (await output()).includes('the former one stays in force'), {
    what: 'the log to tell of the broken file',
  })
  expect([await v1(), exit()]).toEqual([404, null])
})

test('a second server on the same data directory ends with 1 and says why', async () => {
  const first = await server()
  const { exit, output } = await outcome('--headless', '--data', dataDir)
  expect(exit).toBe(1)
  expect(output).toContain('(error code database-locked)')
  expect(output).not.toMatch(/^\s+at /m)
  expect((await first.api.get('/health')).status).toBe(200)
})

test('a configuration that cannot be used ends the start with 2 and names the key', async () => {
  await configure('matrix: { domian: example.org }\n')
  const { exit, output } = await outcome('--headless', '--data', dataDir)
  expect(exit).toBe(2)
  expect(output).toContain('domian')
  expect(output).not.toMatch(/^\s+at /m)
})

test('damaged signing keys end the start with 1, without a stack trace', async () => {
  await writeFile(join(dataDir, 'signing-keys.json'), '')
  const { exit, output } = await outcome('--headless', '--data', dataDir)
  expect(exit).toBe(1)
  expect(output).toContain('(error code signing-keys-damaged)')
  expect(output).not.toMatch(/^\s+at /m)
})

test('an unknown command ends with 64 and the nearest name', async () => {
  const { exit, output } = await outcome('lokup', '--data', dataDir)
  expect(exit).toBe(64)
  expect(output).toContain('Did you mean "lookup"?')
})

test('Ctrl+C ends a command that waits for input', async () => {
  // Nothing but its first look at standard input tells when the command waits.
  const tell = 'data:text/javascript,process.stdin.once("newListener",()=>console.log("waiting"))'
  const [program, ...args] = tiedToThisProcess(process.execPath, [
    '--import',
    tell,
    main,
    'seal',
    '--data',
    dataDir,
  ])
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  const ended = eventually(() => child.signalCode ?? child.exitCode, { what: 'the end of the command' })
  expect(await ended.finally(() => child.kill('SIGKILL'))).toBe('SIGINT')
})

test('"start" with a word it does not know starts nothing, and --help explains', async () => {
  expect(await outcome('start', '--help', '--data', dataDir)).toMatchObject({
    exit: 0,
    output: expect.stringContaining('Usage: signpost'),
  })
  const refused = await outcome('start', 'now', '--data', dataDir)
  expect(refused.exit).toBe(64)
  expect(refused.output).toContain('does not know "now"')
})
