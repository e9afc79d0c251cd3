import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inspectBackup } from '../../../src/migrate/backup/inspect-backup.ts'
import { performBackup } from '../../../src/migrate/backup/perform-backup.ts'
import { finishRestore } from '../../../src/migrate/backup/restore/restore-backup.ts'
import { writeBackup } from '../../../src/migrate/backup/write-backup.ts'
import { openStorage } from '../../../src/storage/storage.ts'
import { createTempDir, removeTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { allRows, createDataDir, fillDatabase, sourceOf } from './world.ts'

const scriptOf = (name: string) => fileURLToPath(new URL(`children/${name}`, import.meta.url))
const NEVER = Number.MAX_SAFE_INTEGER
/** Some thirty processes, one after the other, each of which takes a second or two on a busy machine. */
const PATIENCE = { timeout: 300_000 }

/** Runs a script of `children/` with the number of the change before which it dies as its last argument. */
function runChild(script: string, args: readonly string[], at: number) {
  const { signal, stdout, stderr } = spawnSync(process.execPath, [scriptOf(script), ...args, String(at)], {
    encoding: 'utf8',
  })
  return { signal, stdout, stderr }
}

/** `count` numbers from the first to the last, and all of the last `tail`, where the decision is made. */
function pointsUpTo(last: number, count: number, tail: number): readonly number[] {
  const spread = Array.from({ length: count }, (_, n) => 1 + Math.round((n * (last - 1)) / (count - 1)))
  const end = Array.from({ length: tail }, (_, n) => last - n)
  return [...new Set([...spread, ...end])].sort((a, b) => a - b)
}

async function createInstallation(people: number): Promise<string> {
  const dataDir = await createDataDir()
  const storage = await openStorage(
    { type: 'sqlite', file: join(dataDir, 'signpost.db') },
    createTestRuntime(),
  )
  await fillDatabase(storage, people)
  await storage.close()
  return dataDir
}

test(
  'a restore that is killed at any point leaves the former state or the restored one',
  PATIENCE,
  async () => {
    const key = randomBytes(32)
    const keyFile = join(await createTempDir('key'), 'key')
    await writeFile(keyFile, key)
    const from = await createInstallation(200)
    await writeFile(join(from, 'only-in-backup'), 'here')
    const storage = await openStorage(
      { type: 'sqlite', file: join(from, 'signpost.db') },
      createTestRuntime(),
    )
    const file = join(await createTempDir('backups'), 'all.signpost')
    await writeBackup(await sourceOf(from, storage), file, { keyFile: key })
    await storage.close()
    const original = await createInstallation(3)
    await writeFile(join(original, 'only-before'), 'there')
    const former = await stateOf(original)

    const restore = async (at: number) => {
      const folder = await createTempDir('restore')
      await cp(original, folder, { recursive: true })
      return { folder, ...runChild('restore-and-die.ts', [file, keyFile, folder], at) }
    }
    const whole = await restore(NEVER)
    expect(whole.stderr).toBe('')
    const restored = await stateOf(whole.folder)
    expect(restored).not.toEqual(former)
    expect(Object.keys(restored)).toContain('only-in-backup')

    const outcomes: string[] = []
    for (const at of pointsUpTo(Number(whole.stdout), 14, 14)) {
      const { folder, signal } = await restore(at)
      expect(signal).toBe('SIGKILL')
      await finishRestore(folder)
      const state = await stateOf(folder)
      const isFormer = JSON.stringify(state) === JSON.stringify(former)
      // The difference is told where it is neither.
      if (!isFormer) expect(state).toEqual(restored)
      outcomes.push(isFormer ? 'former' : 'restored')
      expect(await readdir(folder)).not.toContain('.restore')
      await removeTempDir(folder)
    }
    expect(outcomes.length).toBeGreaterThanOrEqual(20)
    expect(outcomes).toEqual([...outcomes].sort())
    expect(new Set(outcomes)).toEqual(new Set(['former', 'restored']))
  },
)

test(
  'a backup that is killed at any point leaves no half of one, and the next one is made',
  PATIENCE,
  async () => {
    const key = randomBytes(32)
    const keyFile = join(await createTempDir('key'), 'key')
    await writeFile(keyFile, key)
    const original = await createInstallation(600)
    const backUp = async (at: number) => {
      const folder = await createTempDir('backup')
      await cp(original, folder, { recursive: true })
      return { folder, ...runChild('back-up-and-die.ts', [folder, keyFile], at) }
    }
    const whole = await backUp(NEVER)
    expect(whole.stderr).toBe('')
    const seen = new Set<number>()
    for (const at of pointsUpTo(Number(whole.stdout), 10, 4)) {
      const { folder, signal } = await backUp(at)
      expect(signal).toBe('SIGKILL')
      const backups = join(folder, 'backups')
      const names = await namesIn(backups)
      seen.add(names.length)
      for (const name of names) await inspectBackup(join(backups, name), { keyFile: key })
      const runtime = createTestRuntime()
      const storage = await openStorage({ type: 'sqlite', file: join(folder, 'signpost.db') }, runtime)
      // The dead process holds its lease until that runs out.
      runtime.clock.advance(180_000)
      const source = { ...(await sourceOf(folder, storage)), runtime }
      await performBackup({ source, key: { keyFile: key }, trigger: 'daily', trial: false })
      await storage.close()
      expect((await readdir(backups)).filter((name) => name.endsWith('.partial'))).toEqual([])
      await removeTempDir(folder)
    }
    expect([...seen].sort()).toEqual([0, 1])
  },
)

const namesIn = async (folder: string) =>
  (await readdir(folder).catch((): string[] => [])).filter((name) => name.endsWith('.signpost'))

/** Every file with its content, and every row. */
async function stateOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  const storage = await openStorage(
    { type: 'sqlite', file: join(folder, 'signpost.db') },
    createTestRuntime(),
  )
  for (const [table, rows] of Object.entries(await allRows(storage))) found[`rows of ${table}`] = rows
  await storage.close()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name))
    if (entry.isFile() && !/^(signpost\.(db|lock)|replaced)/.test(path)) {
      found[path] = await readFile(join(folder, path), 'base64')
    }
  }
  return found
}
