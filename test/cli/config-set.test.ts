import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runConfigCommand } from '../../src/cli/config-commands.ts'
import { parseKeyPath, parseValue } from '../../src/cli/key-path.ts'
import { formatPath } from '../../src/config/problems.ts'
import { startProcess } from '../support/child-process.ts'
import { freePorts } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { runIn } from './data-commands.ts'

const main = join(import.meta.dirname, '../../src/main.ts')

async function installation() {
  const dataDir = await createTempDir('config-set')
  const [former, other, admin] = await freePorts(3)
  const path = join(dataDir, 'signpost.yaml')
  await writeFile(
    path,
    `# Ours.\nmatrix: { domain: example.org }\nserver:\n  listen:\n    port: ${former} # as the proxy has it\nadmin: { listen: { port: ${admin} } }\n`,
  )
  const file = () => readFile(path, 'utf8')
  const run = (...args: readonly string[]) => runIn(dataDir, runConfigCommand, args)
  return { dataDir, former, other, admin, file, run }
}

async function startServer(dataDir: string) {
  const logFile = join(dataDir, `server-${Date.now()}.log`)
  const server = await startProcess(process.execPath, [main, '--headless', '--json', '--data', dataDir], {
    logFile,
  })
  onTestFinished(() => server.stop())
  const output = () => readFile(logFile, 'utf8')
  await eventually(async () => (await output()).includes('{"publicAddress"'), { what: 'the server' })
  return { ...server, output }
}

/** The command beside a running server, as a process: it waits while it is looked at. */
async function startCommand(dataDir: string, ...args: readonly string[]) {
  const logFile = join(dataDir, `command-${Date.now()}.log`)
  const command = await startProcess(process.execPath, [main, 'config', ...args, '--data', dataDir], {
    logFile,
  })
  onTestFinished(() => command.stop())
  const output = () => readFile(logFile, 'utf8')
  return {
    output,
    exit: () =>
      eventually(() => command.exit() ?? false, { what: 'the end of the command', timeoutMs: 20_000 }).catch(
        () => command.exit(),
      ),
    confirmUrl: () =>
      eventually(async () => /curl -X POST (\S+)/.exec(await output())?.[1], { what: 'the way to confirm' }),
  }
}

const isOpen = async (port: number) =>
  await fetch(`http://127.0.0.1:${port}/health`).then(
    (answer) => answer.ok,
    () => false,
  )

test('without a server the file is changed, its comments stay, and the former file is kept', async () => {
  const { run, file, former, other, dataDir } = await installation()
  const { code, out } = await run('set', 'server.listen.port', String(other))
  expect(code).toBe(0)
  expect(out).toContain('counts from the next start')
  expect(await file()).toContain(`port: ${other} # as the proxy has it`)
  const archived = /former file: (\S+)/.exec(out)?.[1] ?? ''
  expect(await readFile(archived, 'utf8')).toContain(`port: ${former}`)
  expect((await run('unset', 'server.listen.port')).code).toBe(0)
  expect(await file()).not.toContain('listen:\n')
  await expect(stat(join(dataDir, 'network-change.request.json'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test.each([
  [['set', 'server.listen.port', 'many'], 2, 'Write a whole number'],
  [['set', 'server.lisen.port', '1'], 2, 'listen'],
  [['set', 'server.listen.port'], 64, 'needs a key and a value'],
  [['unset'], 64, 'needs a key'],
  [['set', '.port', '1'], 64, 'not a key'],
  [['set', 'server.listen.port', '1', '--within', 'soon'], 64, '--within takes a time'],
  [['set', 'server.listen.port', '1', '--within', '2d'], 64, '--within takes a time'],
])('what cannot be used is refused before anything is written: %s', async (args, code, words) => {
  const { run, file } = await installation()
  const before = await file()
  const result = await run(...args)
  expect(result.code).toBe(code)
  expect(result.err).toContain(words)
  expect(await file()).toBe(before)
})

test('a running server takes a change over at once', async () => {
  const { dataDir, former, run } = await installation()
  await startServer(dataDir)
  expect((await fetch(`http://127.0.0.1:${former}/_matrix/identity/api/v1/lookup`)).status).toBe(400)
  const { code, out } = await run('set', 'identityV1.enabled', 'false')
  expect([code, out]).toEqual([0, 'The change is in force.'])
  expect((await fetch(`http://127.0.0.1:${former}/_matrix/identity/api/v1/lookup`)).status).toBe(404)
  expect((await run('set', 'matrix.domain', 'other.example')).out).toContain(
    'A restart is needed for: matrix.domain',
  )
})

test('a new port of a running server is tried, confirmed from there, and stays', async () => {
  const { dataDir, former, other, file } = await installation()
  await startServer(dataDir)
  const command = await startCommand(dataDir, 'set', 'server.listen.port', String(other))
  const url = await command.confirmUrl()
  expect(url).toContain(`http://127.0.0.1:${other}/`)
  expect(await Promise.all([isOpen(former), isOpen(other)])).toEqual([true, true])
  expect(await file()).toContain(`port: ${former}`)
  expect(await (await fetch(url, { method: 'POST' })).json()).toEqual({ state: 'kept' })
  expect(await command.exit()).toBe(0)
  expect(await command.output()).toContain('the new address is in force')
  expect(await file()).toContain(`port: ${other} # as the proxy has it`)
})

test('a new port that nobody confirms goes back, and the command says so', async () => {
  const { dataDir, former, other, file } = await installation()
  await startServer(dataDir)
  const command = await startCommand(dataDir, 'set', 'server.listen.port', String(other), '--within', '1s')
  await eventually(async () => (await command.output()).includes('everything is as before'), {
    what: 'the end',
  })
  expect(await command.exit()).toBe(1)
  expect(await Promise.all([isOpen(former), isOpen(other)])).toEqual([true, false])
  expect(await file()).toContain(`port: ${former}`)
})

test('a server that is killed during a trial is at its former address after the next start', async () => {
  const { dataDir, former, other } = await installation()
  const server = await startServer(dataDir)
  const command = await startCommand(dataDir, 'set', 'server.listen.port', String(other))
  await command.confirmUrl()
  process.kill(server.pid, 'SIGKILL')
  await eventually(() => server.exit() !== null, { what: 'the end of the server' })
  await startServer(dataDir)
  expect(await Promise.all([isOpen(former), isOpen(other)])).toEqual([true, false])
  expect(await command.exit()).toBe(1)
  expect(await command.output()).toContain('everything is as before')
})

test('keys are read as they are written in messages', () => {
  for (const path of [
    ['server', 'listen', 'port'],
    ['backends', 0, 'enabled'],
    ['matrix', 'pins', 'a.b:8448'],
  ]) {
    expect(parseKeyPath(formatPath(path))).toEqual(path)
  }
  for (const text of ['.a', 'a..b', 'a[', 'a["b]']) expect(() => parseKeyPath(text)).toThrow('is not a key')
})

test.each([
  ['8099', 8099],
  ['true', true],
  ['[a, b]', ['a', 'b']],
  ['{ file: x }', { file: 'x' }],
  ['text with: colon', 'text with: colon'],
  ['*star', '*star'],
  ['15m', '15m'],
  ['', null],
])('the value %j is read as %j', (text, value) => {
  expect(parseValue(text)).toEqual(value)
})
