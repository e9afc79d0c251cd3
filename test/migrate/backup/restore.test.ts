import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/load.ts'
import { createSealer, loadSealingKey } from '../../../src/config/sealing.ts'
import { createSecretReader } from '../../../src/config/secrets.ts'
import { inspectBackup } from '../../../src/migrate/backup/inspect-backup.ts'
import { restoreBackup } from '../../../src/migrate/backup/restore/restore-backup.ts'
import { writeBackup } from '../../../src/migrate/backup/write-backup.ts'
import { openStorage } from '../../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import {
  allRows,
  createDataDir,
  fillDatabase,
  fillOtherTables,
  quickKey,
  smtpPassword,
  sourceOf,
} from './world.ts'

const kinds = databases()

for (const from of kinds) {
  for (const into of kinds) {
    const missing = from.unavailable ?? into.unavailable
    describeWith(
      from.unavailable === null ? into.kind : from.kind,
      missing,
      `a backup of ${from.kind}, restored into ${into.kind}`,
      () => {
        const runtime = createTestRuntime()
        let source: TestDatabase
        let target: TestDatabase
        beforeEach(async () => {
          source = await from.create()
          target = await into.create()
        })
        afterEach(async () => {
          await source.dispose()
          await target.dispose()
        })

        test('has the same rows, files, keys and secrets', async () => {
          const dataDir = await createDataDir()
          const storage = await source.open(runtime)
          await fillDatabase(storage)
          await fillOtherTables(storage)
          const before = await allRows(storage)
          // A table that nobody fills would be equal whatever became of it.
          expect(Object.keys(before).filter((table) => before[table] === '')).toEqual([])
          const file = join(await createTempDir('backup'), 'all.signpost')
          const written = await writeBackup(await sourceOf(dataDir, storage), file, quickKey)
          expect((await stat(file)).mode & 0o777).toBe(0o600)

          const contents = await inspectBackup(file, quickKey)
          expect(contents).toMatchObject({
            domain: 'example.org',
            storage: from.kind,
            createdAt: written.createdAt,
          })
          expect(contents.tables.find(({ name }) => name === 'associations')?.rows).toBe(1_200)
          expect(contents.files.map(({ path }) => path)).toEqual([
            ...['ask.sh', 'empty', 'imported-templates/en/invitation.html'],
            ...['sealing.key', 'signing-keys.json', 'signpost.yaml'],
            ...['templates/de/invitation.txt', 'tls/authority.pem'],
          ])

          const elsewhere = join(await createTempDir('elsewhere'), 'new')
          const options = target.options
          const restored = await restoreBackup({
            ...{ file, key: quickKey, dataDir: elsewhere, runtime, env: {}, when: 'now' },
            into: options.type === 'postgres' ? { type: 'postgres', url: options.url } : { type: 'sqlite' },
          })
          expect(restored).toMatchObject({ domain: 'example.org', former: null, missingPaths: [] })
          for (const { path } of contents.files.filter(({ path }) => path !== 'signpost.yaml')) {
            expect(await readFile(join(elsewhere, path))).toEqual(await readFile(join(dataDir, path)))
          }
          expect((await stat(join(elsewhere, 'ask.sh'))).mode & 0o777).toBe(0o700)
          expect(await readdir(elsewhere)).not.toContain('log')
          expect(await readFile(join(elsewhere, 'signpost.yaml'), 'utf8')).toContain('# Our school.')

          const { config } = await loadConfig(elsewhere)
          expect(config.storage.type).toBe(into.kind)
          const sealer = createSealer(await loadSealingKey(elsewhere, runtime.random), runtime.random)
          const reader = createSecretReader({ dataDir: elsewhere, env: {}, sealer })
          const { password } = config.notifications.email.smtp
          expect(password && (await reader.read(password, 'the password'))).toBe(smtpPassword)

          const after =
            options.type === 'postgres'
              ? await target.open(runtime)
              : await openStorage({ type: 'sqlite', file: join(elsewhere, 'signpost.db') }, runtime)
          try {
            const { meta: _, ...rows } = await allRows(after)
            const { meta: __, ...wanted } = before
            expect(rows).toEqual(wanted)
            // The numbers of deleted rows are not given out again.
            const { id } = await after.db
              .insertInto('invitation_history')
              .values({ invitation_id: 'one', at: 2, state: 'pending', detail: '' })
              .returning('id')
              .executeTakeFirstOrThrow()
            expect(id).toBe(3)
          } finally {
            await after.close()
          }
        })
      },
    )
  }
}
