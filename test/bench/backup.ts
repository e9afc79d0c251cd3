import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '../../src/activity/logger.ts'
import { loadConfig } from '../../src/config/load.ts'
import { openKeyRing } from '../../src/keys/key-ring.ts'
import { restoreBackup } from '../../src/migrate/backup/restore/restore-backup.ts'
import { tryBackup } from '../../src/migrate/backup/trial.ts'
import { writeBackup } from '../../src/migrate/backup/write-backup.ts'
import { openStorage } from '../../src/storage/storage.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { seedDatabase } from './seed.ts'

const log = createLogger({ level: 'error', masked: () => true })
const runtime = { clock: systemClock, random: systemRandom, log }
const MIB = 1024 * 1024

/** Backs up, restores and tries databases of two sizes: what a server would take for it besides its own. */
export async function measureBackups(): Promise<readonly string[]> {
  return [await measureBackup('100k', 100_000), await measureBackup('1M', 1_000_000)]
}

async function measureBackup(label: string, associations: number): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'signpost-bench-'))
  const dataDir = join(root, 'data')
  const file = join(root, 'all.signpost')
  const key = { keyFile: systemRandom.bytes(32) }
  try {
    await seedDatabase(dataDir, associations)
    await openKeyRing(join(dataDir, 'signing-keys.json'), runtime)
    writeFileSync(join(dataDir, 'signpost.yaml'), 'matrix: { domain: example.org }\n')
    const storage = await openStorage({ type: 'sqlite', file: join(dataDir, 'signpost.db') }, runtime)
    const { config, values } = await loadConfig(dataDir)
    const source = { dataDir, config, values, storage, runtime }
    const written = await measured(() => writeBackup(source, file, key))
    await storage.close()
    const restored = await measured(() =>
      restoreBackup({ file, key, dataDir: join(root, 'elsewhere'), runtime, env: {}, when: 'now' }),
    )
    const tried = await measured(() => tryBackup({ file, key, dataDir, now: () => systemClock.now() }))
    const database = statSync(join(dataDir, 'signpost.db')).size
    return (
      `${label}: backup in ${written}, ${megabytes(statSync(file).size)} of ${megabytes(database)}; ` +
      `restored and compared in ${restored}; tried in ${tried}`
    )
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** Time, growth of the memory of this process, and the longest time in which it did nothing else. */
async function measured(work: () => Promise<unknown>): Promise<string> {
  const before = process.memoryUsage.rss()
  let peak = before
  let longest = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last - TICK_MS)
    last = now
    peak = Math.max(peak, process.memoryUsage.rss())
  }, TICK_MS)
  const begun = performance.now()
  await work()
  const ms = performance.now() - begun
  clearInterval(timer)
  return `${(ms / 1000).toFixed(1)} s (+${megabytes(peak - before)} memory, longest pause ${longest.toFixed(0)} ms)`
}

const TICK_MS = 5
const megabytes = (bytes: number) => `${(bytes / MIB).toFixed(0)} MiB`
