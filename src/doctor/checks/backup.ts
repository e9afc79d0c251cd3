import { sql } from 'kysely'
import { backupStatus, OLD_AFTER_MS, type BackupStatus } from '../../migrate/backup/status.ts'
import type { Storage } from '../../storage/storage.ts'
import { STORAGE_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { ageOf } from '../durations.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'backup-missing': {
    status: 'warning',
    meaning: 'There is no recent backup: what this machine loses is lost for good, the signing key included.',
    cause: 'Backups were never set up, or were switched off.',
    fix: 'Set a password and switch them on: signpost config set backup.password PASSWORD && signpost config set backup.enabled true',
  },
  'backup-late': {
    status: 'problem',
    meaning: 'The daily backup is not made.',
    cause: 'Signpost did not run at the time, or cannot write to the folder.',
    fix: 'Make one by hand to see what is wrong: signpost backup',
  },
  'backup-failing': {
    status: 'problem',
    meaning: 'The latest attempt to make a backup failed.',
    cause: 'The folder cannot be written, the disk is full, or the password cannot be read.',
    fix: 'Make one by hand to see what is wrong: signpost backup',
  },
  'backup-unproven': {
    status: 'problem',
    meaning: 'The latest backup could not be restored on trial; nobody should rely on it.',
    cause: 'The file was damaged on its disk, or the keys have changed since.',
    fix: 'Make another one, and have the disk checked if that fails as well: signpost backup',
  },
} as const satisfies Faults

const found = reporterOf(faults)

const DAY_MS = 86_400_000
/** For this long a new installation is left in peace, and one that makes its backups by hand. */
const WEEK_MS = 7 * DAY_MS

export const backup: DoctorCheck = {
  code: 'backup',
  area: 'storage',
  title: 'the backups',
  faults,
  limitMs: STORAGE_LIMIT_MS,
  async run({ config, storage, runtime }) {
    const opened = await storage.need()
    const now = runtime.clock.now()
    const status = await backupStatus(opened, await config.need(), now)
    const results = [...ofAge(status, now, await installedAt(opened)), ...ofOutcome(status, now)]
    if (results.length > 0) return results
    const { latest } = status
    const detail =
      latest === null
        ? 'There is none yet; this is a new installation.'
        : `The latest is ${ageOf(now - latest.createdAt)} old.`
    return [fine('backup', detail)]
  },
}

function ofAge({ latest, enabled }: BackupStatus, now: number, installed: number): readonly Result[] {
  const since = latest?.createdAt ?? installed
  const age = `The latest is ${ageOf(now - since)} old.`
  const detail = latest === null ? 'There is none at all.' : age
  if (enabled && now - since > OLD_AFTER_MS) return [found('backup-late', { detail })]
  return !enabled && now - since > WEEK_MS ? [found('backup-missing', { detail })] : []
}

function ofOutcome({ latest, failure }: BackupStatus, now: number): readonly Result[] {
  if (failure !== null) {
    const detail = `${ageOf(now - failure.at)} ago: ${failure.message}`
    return [found('backup-failing', { detail, fix: failure.fix })]
  }
  const failed = latest?.trial?.steps.find(({ ok }) => !ok)
  return failed === undefined ? [] : [found('backup-unproven', { detail: failed.detail })]
}

/** When the database was made. */
async function installedAt({ db }: Storage): Promise<number> {
  const { rows } = await sql<{ at: number }>`select min(applied_at) as at from signpost_migrations`.execute(
    db,
  )
  return rows[0]?.at ?? 0
}
