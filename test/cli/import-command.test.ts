import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runImportCommand } from '../../src/cli/import-command.ts'
import { createSydent } from '../migrate/import/support/sydent-fixture.ts'
import { createMa1sd } from '../migrate/import/support/ma1sd-fixture.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createInstallation, runIn } from './data-commands.ts'

describe('signpost import', () => {
  it('says what would happen, and changes nothing', async () => {
    const folder = await createTempDir('cli-import')
    await createSydent('sqlite', folder)
    const dataDir = join(folder, 'data')
    const { code, out } = await runIn(dataDir, runImportCommand, ['sydent', folder])
    expect(code).toBe(0)
    expect(out).toContain('associations: 23 added')
    expect(out).toContain('ed25519:0')
    expect(out).toContain('Nothing was changed.')
    expect(out).not.toContain('50% of it')
    for (const name of ['signpost.yaml', 'signpost.db', 'signing-keys.json']) {
      await expect(access(join(dataDir, name))).rejects.toThrow()
    }
  })

  it('imports with --apply, tells how far it is, and finds nothing to do the second time', async () => {
    const folder = await createTempDir('cli-import')
    const { path } = await createMa1sd('sqlite', folder)
    const dataDir = join(folder, 'data')
    const first = await runIn(dataDir, runImportCommand, ['ma1sd', path, '--apply'])
    expect(first.code).toBe(0)
    expect(first.err).toMatch(/invitations: \d+ of \d+/)
    expect(await readFile(join(dataDir, 'signpost.yaml'), 'utf8')).toContain('domain: example.org')
    const again = await runIn(dataDir, runImportCommand, ['ma1sd', path, '--apply'], true)
    const { sections, keys } = JSON.parse(again.out) as {
      sections: { added: number; replaced: number }[]
      keys: { outcome: string }[]
    }
    expect(sections.every(({ added, replaced }) => added + replaced === 0)).toBe(true)
    expect(keys.map(({ outcome }) => outcome)).toEqual(['there', 'there'])
  })

  it('refuses to import beside a running Signpost', async () => {
    const { run, server, file } = await createInstallation()
    await file('sydent.conf', '')
    const folder = await createTempDir('cli-import')
    await createSydent('sqlite', folder)
    await expect(run(runImportCommand, ['sydent', folder, '--apply'])).rejects.toMatchObject({
      code: 'database-locked',
    })
    await server.close()
  })

  it.each([
    ['no file', 'mxisd', '/no/such/file.yaml', 'does not exist'],
    ['no key store', 'ma1sd', 'ma1sd', '--keys'],
  ])('with %s it says what is missing', async (_, kind, path, text) => {
    const folder = await createTempDir('cli-import')
    if (path === 'ma1sd') await createMa1sd('sqlite', folder)
    const args = path === 'ma1sd' ? [kind, folder, '--keys', join(folder, 'none')] : [kind, path]
    const failure = await runIn(join(folder, 'data'), runImportCommand, args).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'input-unreadable' })
    expect(JSON.stringify([failure, String(failure)])).toContain(path === 'ma1sd' ? 'none' : text)
  })

  it.each([
    [[], 'needs to know from what'],
    [['sydnet', 'x'], 'Did you mean "sydent"?'],
    [['sydent'], 'needs one path'],
    [['sydent', 'x', '--apply', '--dry-run'], 'exclude each other'],
    [['sydent', 'x', '--only', 'rows'], '--only takes'],
    [['sydent', 'x', '--unknown'], '--unknown'],
  ])('refuses the words %j', async (args, message) => {
    const { code, err } = await runIn(await createTempDir('cli-import'), runImportCommand, args)
    expect(code).toBe(64)
    expect(err).toContain(message)
  })
})
