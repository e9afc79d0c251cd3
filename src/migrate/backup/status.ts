import { z } from 'zod'
import type { Config } from '../../config/schema.ts'
import type { Storage } from '../../storage/storage.ts'
import { trialResultSchema } from './trial.ts'

const noteSchema = z.object({
  /** The latest backup that was written. */
  latest: z
    .object({
      /** Milliseconds since the epoch: the state of its data. */
      createdAt: z.int(),
      file: z.string(),
      bytes: z.int(),
      rows: z.int(),
      trigger: z.enum(['daily', 'byHand']),
      /** Null while it is tried, or when it was not tried. */
      trial: trialResultSchema.nullable(),
    })
    .nullable(),
  /** The data of the latest backup whose trial went well is of this moment. */
  provenAt: z.int().nullable(),
  /** When a daily backup was last begun, whatever became of it. */
  dailyBegunAt: z.int().nullable(),
  /** Why the latest attempt wrote nothing; null after one that did. */
  failure: z.object({ at: z.int(), code: z.string(), message: z.string(), fix: z.string() }).nullable(),
})
export type BackupNote = z.output<typeof noteSchema>

const nothing: BackupNote = { latest: null, provenAt: null, dailyBegunAt: null, failure: null }
const ENTRY = 'backups'

/** What the database knows of backups: shared by all Signposts on it, and by the command line. */
export async function readBackupNote({ db }: Pick<Storage, 'db'>): Promise<BackupNote> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', ENTRY).executeTakeFirst()
  if (row === undefined) return nothing
  // Written by another version, it may have another shape: no reason to make no backup.
  return noteSchema.safeParse(JSON.parse(row.value)).data ?? nothing
}

export async function writeBackupNote(storage: Storage, change: Partial<BackupNote>): Promise<void> {
  await storage.transaction(async (tx) => {
    const value = JSON.stringify({ ...(await readBackupNote({ db: tx })), ...change })
    await tx
      .insertInto('meta')
      .values({ key: ENTRY, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute()
  })
}

/**
 * `proven`: the latest backup was restored and answered with the right key, and is recent enough. `unproven`: there is
 * one, but its trial failed, is missing or under way. `old`: none for two days although there should be one daily.
 */
export type BackupBadge = 'proven' | 'unproven' | 'old' | 'none'

export interface BackupStatus extends BackupNote {
  readonly badge: BackupBadge
  readonly enabled: boolean
  /** What is wanting before a backup can be made: a password or a key file. */
  readonly hasKey: boolean
}

/** One missed night is an incident, two are a fault. */
export const OLD_AFTER_MS = 2 * 86_400_000

/** Everything that the console and the doctor show of backups. */
export async function backupStatus(
  storage: Storage,
  { backup }: Pick<Config, 'backup'>,
  now: number,
): Promise<BackupStatus> {
  const note = await readBackupNote(storage)
  const hasKey = backup.password !== null || backup.keyFile !== null
  return { ...note, badge: badgeOf(note, backup.enabled, now), enabled: backup.enabled, hasKey }
}

function badgeOf({ latest }: BackupNote, enabled: boolean, now: number): BackupBadge {
  if (latest === null) return 'none'
  if (enabled && now - latest.createdAt > OLD_AFTER_MS) return 'old'
  return latest.trial?.ok === true ? 'proven' : 'unproven'
}
