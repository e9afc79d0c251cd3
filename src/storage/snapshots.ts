import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Runtime } from '../runtime.ts'
import type { Database } from './schema.ts'

const KEEP = 5
const SNAPSHOT_NAME = /^signpost-before-\d+-(\d{8}T\d{9}Z)\.db$/

/**
 * Copies the database to `<folder>/snapshots/` before migration `number` changes it, and keeps the newest five copies.
 * A copy that fails stops the upgrade: the way back comes first.
 */
export async function takeSnapshot(
  db: Kysely<Database>,
  folder: string,
  number: number,
  runtime: Runtime,
): Promise<void> {
  const snapshots = join(folder, 'snapshots')
  await mkdir(snapshots, { recursive: true, mode: 0o700 })
  const time = new Date(runtime.clock.now()).toISOString().replace(/[-:.]/g, '')
  const file = join(snapshots, `signpost-before-${String(number).padStart(4, '0')}-${time}.db`)
  try {
    // VACUUM INTO accepts an empty file and leaves its mode alone.
    await rm(file, { force: true })
    await (await open(file, 'wx', 0o600)).close()
    await sql`vacuum into ${file}`.execute(db)
    await flush(file)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
  runtime.log.info({ file }, 'copied the database before its upgrade')
  await removeOldest(snapshots)
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function removeOldest(snapshots: string): Promise<void> {
  const taken = (await readdir(snapshots))
    .map((name) => ({ name, time: SNAPSHOT_NAME.exec(name)?.[1] }))
    .filter((entry) => entry.time !== undefined)
    .sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1))
  for (const { name } of taken.slice(KEEP)) await rm(join(snapshots, name), { force: true })
}
