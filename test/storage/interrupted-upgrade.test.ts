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
const KILLS_OF_FAILING = 8
/** Each kill takes two processes, one after the other. */
const PATIENCE = { timeout: 300_000 }

async function createOriginal(): Promise<string> {
  const original = await createTempDir('upgrade')
  const file = join(original, 'signpost.db')
  const storage = await openStorage({ type: 'sqlite', file }, createTestRuntime())
  const people = Array.from({ length: 300 }, (_, n) => ({
    user_id: `@person-${n}:example.org`,
    created_at: n,
  }))
  await storage.db.insertInto('accounts').values(people).execute()
  await storage.close()
  return original
}

/** A copy of the original, upgraded until its change number `at`. */
async function upgrade(original: string, at: number, ...words: readonly string[]) {
  const folder = await createTempDir('upgrade')
  await cp(original, folder, { recursive: true })
  const args = [script, join(folder, 'signpost.db'), String(at), ...words]
  return { folder, ...spawnSync(process.execPath, args, { encoding: 'utf8' }) }
}

/** So many of all points, from the first to the last one, the commit among them. */
const pointsOf = (points: number, kills: number) =>
  Array.from({ length: kills }, (_, kill) => 1 + Math.round((kill * (points - 1)) / (kills - 1)))

test(
  'an upgrade that is killed at any point leaves the former database or the new one',
  PATIENCE,
  async () => {
    const original = await createOriginal()
    const whole = await upgrade(original, Number.MAX_SAFE_INTEGER)
    expect(whole.stderr).toBe('')
    const points = Number(whole.stdout)
    expect(points).toBeGreaterThan(KILLS)
    expect(stateOf(whole.folder)).toBe('new')

    const seen = new Set<string>()
    for (const at of pointsOf(points, KILLS)) {
      const { folder, signal } = await upgrade(original, at)
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

test(
  'an upgrade that rolls itself back, and is killed at any point of that, leaves the former database',
  PATIENCE,
  async () => {
    const original = await createOriginal()
    // The self-check misses it, after everything has been done.
    const database = new BetterSqlite(join(original, 'signpost.db'))
    database.exec('alter table sessions drop column next_link')
    database.close()
    const whole = await upgrade(original, Number.MAX_SAFE_INTEGER, 'fails')
    expect(whole.stderr).toBe('')
    expect(whole.status).toBe(0)
    expect(stateOf(whole.folder)).toBe('former')
    for (const at of pointsOf(Number(whole.stdout), KILLS_OF_FAILING)) {
      const { folder, signal } = await upgrade(original, at, 'fails')
      expect(signal).toBe('SIGKILL')
      expect(stateOf(folder)).toBe('former')
      await removeTempDir(folder)
    }
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
