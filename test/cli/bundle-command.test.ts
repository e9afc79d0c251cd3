import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runBundleCommand } from '../../src/cli/bundle-command.ts'
import { startProcess } from '../support/child-process.ts'
import { freePorts } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createInstallation } from './data-commands.ts'

const main = join(import.meta.dirname, '../../src/main.ts')

async function installation() {
  const made = await createInstallation(
    'matrix: { domain: example.org }\nfederation: { outbound: { enabled: false } }',
  )
  onTestFinished(() => made.server.close())
  const out = join(made.dataDir, '..', 'bundle.json')
  return { ...made, out }
}

test('a bundle is shown whole before it is saved, and saved as it was shown', async () => {
  const { run, out } = await installation()
  const shown = await run(runBundleCommand, ['--out', out], { input: 'yes\n' })
  expect(shown.code).toBe(0)
  const text = await readFile(out, 'utf8')
  expect(shown.out).toContain(text.trimEnd())
  expect(shown.out).toContain(`${out} is saved`)
  expect(JSON.parse(text)).toMatchObject({ program: {}, database: { kind: 'sqlite' } })
  expect((await stat(out)).mode & 0o777).toBe(0o600)
  expect(text).not.toContain('example.org')
})

test.each(['no\n', '\n', ''])('an answer other than yes saves nothing: %j', async (input) => {
  const { run, out } = await installation()
  const { code, err } = await run(runBundleCommand, ['--out', out], { input })
  expect([code, err]).toEqual([1, 'Nothing was saved.'])
  await expect(stat(out)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('--yes saves without a look, and says where in JSON', async () => {
  const { run, out } = await installation()
  const { code, out: printed } = await run(runBundleCommand, ['--yes', '--out', out], { json: true })
  expect(code).toBe(0)
  expect(JSON.parse(printed)).toEqual({ file: out, bytes: (await stat(out)).size })
})

test('a dash prints it and saves nothing', async () => {
  const { run, dataDir } = await installation()
  const { code, out: printed } = await run(runBundleCommand, ['--out', '-'], { json: true })
  expect(code).toBe(0)
  expect(Object.keys(JSON.parse(printed) as object)).toContain('doctor')
  expect((await readdir(join(dataDir, '..'))).filter((name) => name.startsWith('signpost-bundle'))).toEqual(
    [],
  )
})

test('a file that is there is never written over', async () => {
  const { run, out } = await installation()
  await writeFile(out, 'mine')
  await expect(run(runBundleCommand, ['--yes', '--out', out])).rejects.toMatchObject({
    code: 'output-unwritable',
  })
  expect(await readFile(out, 'utf8')).toBe('mine')
})

test.each([['--all'], ['here'], []])('what the command does not know is refused: %j', async (...args) => {
  const { run } = await installation()
  const given = args.length === 0 ? [] : args
  expect((await run(runBundleCommand, given, { json: true })).code).toBe(64)
})

test('the log of a running server is in the bundle, what its screen keeps back included', async () => {
  const dataDir = await createTempDir('bundle-server')
  const [port, admin] = await freePorts(2)
  await writeFile(
    join(dataDir, 'signpost.yaml'),
    `matrix: { domain: example.org }\nserver: { listen: { port: ${port} } }\nadmin: { listen: { port: ${admin} } }\nfederation: { outbound: { enabled: false } }\n`,
  )
  const logFile = join(dataDir, 'server.log')
  const server = await startProcess(process.execPath, [main, '--headless', '--data', dataDir], { logFile })
  onTestFinished(() => server.stop())
  const recent = join(dataDir, 'log', 'recent.jsonl')
  await eventually(async () => (await readFile(recent, 'utf8')).includes('Signpost is running'), {
    what: 'the log',
  })
  const output = join(dataDir, 'bundle.txt')
  const command = await startProcess(process.execPath, [main, 'bundle', '--out', '-', '--data', dataDir], {
    logFile: output,
  })
  await eventually(() => command.exit() !== null, { what: 'the bundle', timeoutMs: 19_000 })
  const bundle = JSON.parse(await readFile(output, 'utf8')) as { log: { msg: string }[]; doctor: object[] }
  expect(bundle.log.map(({ msg }) => msg)).toContain('Signpost is running')
  expect(bundle.doctor.length).toBeGreaterThan(10)
})
