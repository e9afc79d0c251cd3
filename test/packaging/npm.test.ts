import { chmod, chown, copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeNpmPackage } from '../../build/npm-package.ts'
import { run } from '../support/child-process.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { expectToAnswer } from './support/answering.ts'
import { buildProduct } from './support/built.ts'
import { expectContents } from './support/contents.ts'

/** `nobody` on every system that has one. */
const UNPRIVILEGED = 65_534

describe('the npm package', () => {
  let tarball: string

  beforeAll(async () => {
    tarball = makeNpmPackage({ dist: await buildProduct(), out: await createTempDir('tarball') })
  })

  it('has the bundle and what goes with it, and nothing of tests, sources or maps', async () => {
    const { stdout } = await run('tar', ['--list', '--file', tarball])
    await expectContents('npm', stdout.trim().split('\n'))
    console.log(`npm tarball: ${((await stat(tarball)).size / 1e6).toFixed(1)} MB`)
  })

  it('is installed into an empty folder and runs as a service user under a fresh data directory', async () => {
    const home = await createTempDir('npm-service')
    await chmod(home, 0o755)
    const installed = join(home, 'installed')
    await mkdir(installed)
    await run('npm', ['install', '--prefix', installed, '--no-audit', '--no-fund', tarball], { cwd: home })
    // The only other package is the one with the native file, and what it names.
    const modules = (await readdir(join(installed, 'node_modules'))).filter((name) => !name.startsWith('.'))
    expect(modules).toEqual(['better-sqlite3', 'node-addon-api', 'signpost'])

    // The service user need not be able to read the folder that the tests' own Node is in.
    const node = join(home, 'node')
    await copyFile(process.execPath, node)
    await chmod(node, 0o755)
    const dataDir = join(home, 'data')
    await mkdir(dataDir)
    const asUser = process.geteuid?.() === 0 ? serviceUser : []
    if (asUser.length > 0) await chown(dataDir, UNPRIVILEGED, UNPRIVILEGED)
    const command: [string, ...string[]] = [
      'setpriv',
      ...asUser,
      '--',
      node,
      join(installed, 'node_modules/.bin/signpost'),
    ]
    await expectToAnswer({ command, dataDir, env: { HOME: '/nonexistent' } })
    expect(((await stat(join(dataDir, 'signpost.db'))).mode & 0o777).toString(8)).toBe('600')
    if (asUser.length > 0) expect((await stat(join(dataDir, 'signpost.db'))).uid).toBe(UNPRIVILEGED)
  })
})

const serviceUser = [`--reuid=${UNPRIVILEGED}`, `--regid=${UNPRIVILEGED}`, '--clear-groups']
