import { spawnSync } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import BetterSqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openStorage } from '../../src/storage/storage.ts'
import { createTempDir, removeTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const script = fileURLToPath(new URL('children/upgrade-and-die.ts', import.meta.url))
const KILLS = 16
/** Each kill takes two processes, one after the other. */
const PATIENCE = { timeout: 300_000 }

test(
  'an upgrade that is killed at any point leaves the former database or the new one',
  PATIENCE,
  async () => {
    const original = await createTempDir('upgrade')
    const storage = await openStorage(
      { type: 'sqlite', file: join(original, 'signpost.db') },
      createTestRuntime(),
    )
    const people = Array.from({ length: 300 }, (_, n) => ({
      user_id: `@person-${n}:example.org`,
      created_at: n,
    }))
    await storage.db.insertInto('accounts').values(people).execute()
    await storage.close()

    const upgrade = async (at: number) => {
      const folder = await createTempDir('upgrade')
      await cp(original, folder, { recursive: true })
      const { status, signal, stdout, stderr } = spawnSync(
        process.execPath,
        [script, join(folder, 'signpost.db'), String(at)],
        { encoding: 'utf8' },
      )
      return { folder, status, signal, stdout, stderr }
    }

    const whole = await upgrade(Number.MAX_SAFE_INTEGER)
    expect(whole.stderr).toBe('')
    const points = Number(whole.stdout)
    expect(points).toBeGreaterThan(KILLS)
    expect(stateOf(whole.folder)).toBe('new')

    const seen = new Set<string>()
    for (let kill = 0; kill < KILLS; kill++) {
      // From the first point to the last one, the commit among them.
      const at = 1 + Math.round((kill * (points - 1)) / (KILLS - 1))
      const { folder, signal } = await upgrade(at)
      expect(signal).toBe('SIGKILL')
      const state = stateOf(folder)
      seen.add(state)
      // And the next start gets it done, or has nothing left to do.
      expect(spawnSync(process.execPath, [script, join(folder, 'signpost.db'), '0']).status).toBe(0)
      expect(stateOf(folder)).toBe('new')
      await removeTempDir(folder)
    }
    expect([...seen].sort()).toEqual(['former', 'new'])
  },
)

/** Reads the database as another program would. Anything but the two whole states is told as it is. */
function stateOf(folder: string): string {
  const database = new BetterSqlite(join(folder, 'signpost.db'), { fileMustExist: true })
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    const count = (query: string) => database.prepare(query).pluck().get()
    expect(count('select count(*) from accounts')).toBe(300)
    const has = count("select count(*) from sqlite_schema where name in ('marks', 'marks_by_mark')")
    if (has === 0) return 'former'
    const marked = [
      count('select count(*) from accounts where marked = 1'),
      count("select count(*) from marks where mark = 'new'"),
    ]
    return has === 2 && marked.join() === '300,300' ? 'new' : `between: ${has}, ${marked.join()}`
  } finally {
    database.close()
  }
}
