import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { editText } from '../../../src/config/edit-text.ts'
import { parseConfig } from '../../../src/config/load.ts'
import { allConfigMigrations } from '../../../src/config/migrations/index.ts'
import { migrateText } from '../../../src/config/migrations/migrate-text.ts'
import type { ConfigMigration } from '../../../src/config/migrations/migration.ts'
import { renameKey } from '../../../src/config/migrations/rename-key.ts'
import { upgradeConfigFile } from '../../../src/config/migrations/upgrade-file.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { withoutRoot } from '../../support/without-root.ts'

const samples = join(import.meta.dirname, 'samples')

/** As a later version may have them: a key with another name, and one that moves to another section. */
const renamed: ConfigMigration = {
  name: 'matrix.server is matrix.domain',
  apply: (text) => renameKey(text, ['matrix', 'server'], 'domain'),
}
const moved: ConfigMigration = {
  name: 'lookup.old is network.timeout',
  apply(text) {
    const value = /^ {2}old: (\S+)/m.exec(text)?.[1]
    if (value === undefined) return text
    const change = [
      { path: ['network', 'timeout'], value },
      { path: ['lookup', 'old'], value: undefined },
    ]
    return change.reduce(editText, text)
  },
}

const before = `# Our school.
matrix:
  # What stands behind the colon.
  "server": example.org # never change it
lookup:
  old: 9s
  maxAddresses: 500 # enough
`

describe('a configuration in a former form', () => {
  test('has its keys renamed and moved, and keeps its comments', () => {
    expect(migrateText(before, [renamed, moved])).toBe(`# Our school.
matrix:
  # What stands behind the colon.
  domain: example.org # never change it
lookup:
  maxAddresses: 500 # enough
network:
  timeout: 9s
`)
  })

  test('is changed once: a second time changes nothing, and so does a file of today', () => {
    const after = migrateText(before, [renamed, moved])
    expect(migrateText(after, [renamed, moved])).toBe(after)
  })

  test('stays as it is where the new name stands there as well, or where it is broken', () => {
    for (const text of ['matrix: { server: a.org, domain: b.org }', 'matrix: { server: [', 'matrix: 5', '']) {
      expect(migrateText(text, [renamed])).toBe(text)
    }
  })

  test('is written anew, and the former file is kept', async () => {
    const dataDir = await createTempDir('config')
    await writeFile(join(dataDir, 'signpost.yaml'), before)
    const { clock } = createTestRuntime()
    const former = await upgradeConfigFile(dataDir, clock, [renamed, moved])
    expect(await readFile(former ?? '', 'utf8')).toBe(before)
    const text = await readFile(join(dataDir, 'signpost.yaml'), 'utf8')
    expect(parseConfig(text, 'signpost.yaml').config).toMatchObject({
      matrix: { domain: 'example.org' },
      network: { timeout: 9_000 },
    })
    expect(await upgradeConfigFile(dataDir, clock, [renamed, moved])).toBeNull()
    expect(await readdir(join(dataDir, 'archive'))).toHaveLength(1)
  })

  test('is not touched when it cannot be written', async () => {
    const dataDir = await createTempDir('config')
    await writeFile(join(dataDir, 'signpost.yaml'), before)
    await mkdir(join(dataDir, 'archive'))
    await chmod(join(dataDir, 'archive'), 0o500)
    const upgrade = () => upgradeConfigFile(dataDir, createTestRuntime().clock, [renamed])
    await withoutRoot([dataDir, join(dataDir, 'archive'), join(dataDir, 'signpost.yaml')], () =>
      expect(upgrade()).rejects.toMatchObject({ code: 'config-unwritable' }),
    )
    expect(await readFile(join(dataDir, 'signpost.yaml'), 'utf8')).toBe(before)
  })

  test('where there is none, nothing is written', async () => {
    const dataDir = await createTempDir('config')
    expect(await upgradeConfigFile(dataDir, createTestRuntime().clock, [renamed])).toBeNull()
    expect(await readdir(dataDir)).toEqual([])
  })
})

test('every migration does to its sample what it says, and nothing a second time', async () => {
  const found = await readdir(samples).catch((): string[] => [])
  const expected = allConfigMigrations.flatMap(({ name }) => [`${name}.after.yaml`, `${name}.before.yaml`])
  expect(found.toSorted()).toEqual(expected.toSorted())
  for (const migration of allConfigMigrations) {
    const sample = (when: string) => readFile(join(samples, `${migration.name}.${when}.yaml`), 'utf8')
    const after = await sample('after')
    expect(migration.apply(await sample('before'))).toBe(after)
    expect(migration.apply(after)).toBe(after)
    expect(() => parseConfig(migrateText(after), 'signpost.yaml')).not.toThrow()
  }
})
