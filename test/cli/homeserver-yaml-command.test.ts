import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runHomeserverYamlCommand } from '../../src/cli/homeserver-yaml-command.ts'
import { run as runProgram } from '../support/child-process.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { wellDone } from '../gateway/homeserver-yaml/support/reading.ts'
import { runIn } from './data-commands.ts'

/** Signpost is at an address that needs no DNS. */
async function world(files: Readonly<Record<string, string>>, address = '198.41.0.4') {
  const folder = await createTempDir('homeserver-yaml')
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  await mkdir(join(folder, 'conf.d'))
  const publicUrl = `https://${address}`
  await writeFile(
    join(dataDir, 'signpost.yaml'),
    `matrix: { domain: example.org }\nserver: { publicUrl: ${publicUrl} }\n`,
  )
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text.replaceAll('https://matrix.example.org\n', `${publicUrl}\n`))
  }
  const run = (args: readonly string[], json = false) =>
    runIn(
      dataDir,
      runHomeserverYamlCommand,
      args.map((arg) => (arg.startsWith('-') ? arg : join(folder, arg))),
      json,
    )
  return { folder, run }
}

test('a configuration in which nothing is in the way is said to be fine', async () => {
  const { run } = await world({ 'homeserver.yaml': wellDone })
  const { code, out } = await run(['homeserver.yaml'])
  expect([code, out]).toEqual([0, 'Nothing in the configuration of Synapse stands in the way.'])
})

test('problems come first, with place, reason and fix, and the change last', async () => {
  const { run, folder } = await world(
    { 'homeserver.yaml': `${wellDone}enable_3pid_changes: false\nmacaroon_secret_key: sesame\n` },
    '192.168.1.5',
  )
  const { code, out } = await run(['homeserver.yaml'])
  expect(code).toBe(1)
  expect(out).toMatch(
    /^Problems\n\n {2}ip_range_whitelist\n {4}Signpost has the address 192\.168\.1\.5, which Synapse's default list refuses/,
  )
  expect(out).toContain(`  enable_3pid_changes (${join(folder, 'homeserver.yaml')}, line 19)`)
  expect(out).toContain("+ip_range_whitelist: ['192.168.1.5']")
  expect(out.indexOf('Problems')).toBeLessThan(out.indexOf('Good to know'))
  expect(out).not.toContain('sesame')
})

test('a folder stands for its files by name, and others in it are passed over', async () => {
  const { run } = await world({
    'homeserver.yaml': wellDone,
    'conf.d/b.yaml': 'enable_3pid_lookup: true\n',
    'conf.d/a.yaml': 'enable_3pid_lookup: false\n',
    'conf.d/z.yaml.bak': 'enable_3pid_lookup: false\n',
  })
  expect((await run(['homeserver.yaml', 'conf.d'])).code).toBe(0)
  const { out, code } = await run(['conf.d', 'homeserver.yaml'], true)
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({ ok: true, findings: [], diff: '' })
})

test('the diff alone is for patch, which mends the file', async () => {
  const { run, folder } = await world({ 'homeserver.yaml': wellDone }, '192.168.1.5')
  const { code, out } = await run(['homeserver.yaml', '--diff'])
  expect(code).toBe(1)
  await writeFile(join(folder, 'diff'), `${out}\n`)
  await runProgram('patch', ['--batch', '-p0', '-i', join(folder, 'diff')], { cwd: '/' })
  expect(await readFile(join(folder, 'homeserver.yaml'), 'utf8')).toContain(
    "ip_range_whitelist: ['192.168.1.5']",
  )
  expect(await run(['homeserver.yaml', '--diff'])).toMatchObject({ code: 0, out: '' })
})

test('what is not there or not said is asked for', async () => {
  const { run } = await world({})
  await expect(run(['missing.yaml'])).rejects.toMatchObject({ code: 'input-unreadable' })
  expect(await run([])).toMatchObject({ code: 64 })
  expect(await run(['--all'])).toMatchObject({ code: 64 })
  expect((await run(['--help'])).out).toContain('conf.d')
})
