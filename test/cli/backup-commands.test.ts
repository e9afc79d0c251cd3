import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runBackupCommand } from '../../src/cli/backup-command.ts'
import { run } from '../../src/cli/run.ts'
import { restoreBackup } from '../../src/migrate/backup/restore/restore-backup.ts'
import { runRestoreCommand } from '../../src/cli/restore-command.ts'
import { openKeyRing } from '../../src/keys/key-ring.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { createInstallation, runIn, type Installation } from './data-commands.ts'

describe('signpost backup and restore', () => {
  let installation: Installation
  let folder: string
  beforeEach(async () => {
    installation = await createInstallation()
    await openKeyRing(join(installation.dataDir, 'signing-keys.json'), createTestRuntime())
    folder = await createTempDir('backups')
  })
  afterEach(() => installation.server.close())

  test('a backup goes from one machine to another with a password', async () => {
    const file = join(folder, 'all.signpost')
    const made = await installation.run(runBackupCommand, [file], { input: 'correct horse\n' })
    expect(made.code).toBe(0)
    expect(made.out).toContain(`${file}: `)
    expect(made.out).toContain('It has the same public keys: ed25519:0')

    const shown = await installation.run(runBackupCommand, ['show', file], {
      input: 'correct horse',
      json: true,
    })
    expect(JSON.parse(shown.out)).toMatchObject({ domain: 'example.org', publicKeys: [{ id: 'ed25519:0' }] })

    const elsewhere = join(folder, 'elsewhere')
    const looked = await runIn(elsewhere, runRestoreCommand, [file, '--look'], false, 'correct horse')
    expect(looked.out).toContain('example.org, as of 20')
    expect(await readdir(folder)).toEqual(['all.signpost'])
    await expect(runIn(elsewhere, runRestoreCommand, [file], false, 'wrong')).rejects.toMatchObject({
      code: 'backup-locked',
    })
    expect(await readdir(folder)).toEqual(['all.signpost'])

    const restored = await runIn(elsewhere, runRestoreCommand, [file], false, 'correct horse')
    expect(restored.code).toBe(0)
    const keys = (dataDir: string) => readFile(join(dataDir, 'signing-keys.json'), 'utf8')
    expect(await keys(elsewhere)).toBe(await keys(installation.dataDir))
  })

  test('a restore beside a running Signpost is refused', async () => {
    const file = join(folder, 'all.signpost')
    await installation.run(runBackupCommand, [file, '--no-trial'], { input: 'correct horse' })
    await expect(
      installation.run(runRestoreCommand, [file], { input: 'correct horse' }),
    ).rejects.toMatchObject({ code: 'database-locked' })
  })

  test('a restore that waits is carried out before the next command reads anything', async () => {
    const file = join(folder, 'all.signpost')
    await installation.run(runBackupCommand, [file, '--no-trial'], { input: 'correct horse' })
    const dataDir = join(folder, 'elsewhere')
    await restoreBackup({
      ...{ file, key: { password: 'correct horse' }, dataDir, runtime: createTestRuntime(), env: {} },
      when: 'atNextStart',
    })
    expect(await readdir(dataDir)).toEqual(['.restore'])
    const out: string[] = []
    const err: string[] = []
    const code = await run(['keys', 'show'], {
      ...{ dataDir, json: false, env: {}, terminal: false, stopRequested: () => Promise.resolve() },
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
      onReload: () => () => {},
    })
    expect([code, out.join()]).toEqual([0, expect.stringMatching(/^ed25519:0 .* signs$/)])
    expect(err).toEqual(['A restore that had been interrupted is complete now.'])
    expect(await readdir(dataDir)).not.toContain('.restore')
  })

  test('a key file opens backups, and is not made twice', async () => {
    const key = join(folder, 'key')
    expect((await installation.run(runBackupCommand, ['new-key', key])).code).toBe(0)
    expect((await stat(key)).mode & 0o777).toBe(0o600)
    await expect(installation.run(runBackupCommand, ['new-key', key])).rejects.toMatchObject({
      likelyCause: 'There is a file of this name.',
    })
    const file = join(folder, 'all.signpost')
    await installation.run(runBackupCommand, [file, '--no-trial', '--key-file', key])
    const shown = await installation.run(runBackupCommand, ['show', file, '--key-file', key])
    expect(shown.out).toContain('signing-keys.json')
    await writeFile(key, 'too short')
    await expect(installation.run(runBackupCommand, ['show', file, '--key-file', key])).rejects.toMatchObject(
      {
        code: 'secret-missing',
        fix: expect.stringContaining('signpost backup new-key'),
      },
    )
  })

  test('without a file it goes to the configured folder, under the configured password', async () => {
    await writeFile(
      join(installation.dataDir, 'signpost.yaml'),
      'matrix: { domain: example.org }\nbackup: { password: correct horse }\n',
    )
    const before = await installation.run(runBackupCommand, ['status'])
    expect(before.out.split('\n')).toEqual([
      'There is no backup yet.',
      'Daily backups are switched off: signpost config set backup.enabled true',
    ])
    const { out } = await installation.run(runBackupCommand, ['--no-trial'], { json: true })
    const { file } = JSON.parse(out) as { file: string }
    expect(file.startsWith(join(installation.dataDir, 'backups', 'signpost-20'))).toBe(true)
    expect((await installation.run(runBackupCommand, ['status'])).out).toContain('Not proven')
    expect((await installation.run(runBackupCommand, ['show', file], { input: 'correct horse' })).code).toBe(
      0,
    )
  })

  test('no password, and words that are not understood, are refused', async () => {
    await expect(
      installation.run(runBackupCommand, [join(folder, 'a.signpost')], { input: '' }),
    ).rejects.toMatchObject({ code: 'secret-missing' })
    for (const words of [['show'], ['a', 'b'], ['--what'], ['status', 'x'], ['--help']]) {
      const { code, err } = await installation.run(runBackupCommand, words)
      expect([words, code]).toEqual([words, 64])
      expect(err).not.toBe('')
    }
    for (const words of [[], ['a', 'b'], ['a', '--into', 'oracle'], ['a', '--into', 'postgres']]) {
      expect((await installation.run(runRestoreCommand, words, { input: 'x' })).code).toBe(64)
    }
  })
})
