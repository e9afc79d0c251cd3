import { sql } from 'kysely'
import { writeBackupNote, type BackupNote } from '../../../src/migrate/backup/status.ts'
import { withConfig, type Break } from './break.ts'

const DAY_MS = 86_400_000
const now = Date.now()

const proven: BackupNote['latest'] = {
  createdAt: now - 3_600_000,
  file: '/mnt/backup/signpost-daily-2026-01-01T03-00-00Z.signpost',
  bytes: 1,
  rows: 1,
  trigger: 'daily',
  trial: { at: now, ok: true, steps: [] },
}

const noted =
  (note: Partial<BackupNote>): Break['inject'] =>
  async ({ appliance: { storage } }) => {
    await writeBackupNote(storage, { latest: proven, ...note })
    return () => storage.db.deleteFrom('meta').where('key', '=', 'backups').execute()
  }

export const backupFaults: readonly Break[] = [
  {
    name: 'after weeks, nobody has made one',
    async inject({ appliance: { storage } }) {
      await sql`update signpost_migrations set applied_at = applied_at - ${30 * DAY_MS}`.execute(storage.db)
      return () =>
        sql`update signpost_migrations set applied_at = applied_at + ${30 * DAY_MS}`.execute(storage.db)
    },
    finds: ['backup-missing'],
  },
  {
    name: 'the daily one was not made for three days',
    async inject(world) {
      const forget = await noted({ latest: { ...proven, createdAt: now - 3 * DAY_MS } })(world)
      const mend = await withConfig((config) => ({
        ...config,
        backup: { enabled: true, password: 'correct horse' },
      }))(world)
      return async () => {
        await mend?.()
        await forget?.()
      }
    },
    finds: ['backup-late'],
  },
  {
    name: 'the latest attempt failed',
    inject: noted({
      failure: { at: now, code: 'backup-failed', message: 'The disk is full.', fix: 'Make room.' },
    }),
    finds: ['backup-failing'],
  },
  {
    name: 'the latest one could not be restored on trial',
    inject: noted({
      latest: {
        ...proven,
        trial: { at: now, ok: false, steps: [{ name: 'unpack', ok: false, detail: 'It is damaged.' }] },
      },
    }),
    finds: ['backup-unproven'],
  },
]
