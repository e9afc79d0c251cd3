import type { BackupNote } from './status.ts'

const HOUR_MS = 3_600_000

/**
 * Whether a daily backup should begin now. `at` is a time of day (`03:00`) by this machine's clock; what was missed while
 * the machine was off is made up for. One that failed is tried again after an hour.
 */
export function isDailyDue(at: string, note: BackupNote, now: number): boolean {
  const { dailyBegunAt: begun } = note
  // A clock that went back must not hold up backups until it has caught up.
  if (begun === null || begun > now) return true
  if (begun < latestOccurrence(at, now)) return true
  return note.failure !== null && now - begun >= HOUR_MS
}

function latestOccurrence(at: string, now: number): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number)
  const time = new Date(now)
  time.setHours(hours, minutes, 0, 0)
  if (time.getTime() > now) time.setDate(time.getDate() - 1)
  return time.getTime()
}
