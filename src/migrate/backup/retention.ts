import { backupEnding } from './own-files.ts'

const DAY_MS = 86_400_000
const daily = new RegExp(`^signpost-daily-(\\d{4}-\\d{2}-\\d{2}T\\d{2}-\\d{2}-\\d{2})Z\\${backupEnding}$`)

/** `signpost-daily-2026-03-01T03-00-00Z.signpost`; backups made by hand are never removed. */
export function backupName(trigger: 'daily' | 'byHand', now: number): string {
  const stamp = new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-')
  return `signpost-${trigger === 'daily' ? 'daily-' : ''}${stamp}${backupEnding}`
}

/** Milliseconds since the epoch; null for a file that is no daily backup. */
export function timeOfDaily(name: string): number | null {
  const [, stamp] = daily.exec(name) ?? []
  if (stamp === undefined) return null
  const [day, time] = stamp.split('T')
  return Date.parse(`${day}T${time?.replaceAll('-', ':')}Z`)
}

/**
 * The daily backups that may go: kept are the last one of each of the newest `daily` days that have one, and the last
 * one of each of the newest `weekly` weeks. Days and weeks are those of UTC; gaps (a machine that was off) cost nothing.
 */
export function superfluous(
  names: readonly string[],
  keep: { readonly daily: number; readonly weekly: number },
): readonly string[] {
  const all = names
    .flatMap((name) => {
      const at = timeOfDaily(name)
      return at === null ? [] : [{ name, at }]
    })
    .sort((a, b) => b.at - a.at)
  const newestOfEach = (period: (at: number) => number, count: number) =>
    [...Map.groupBy(all, ({ at }) => period(at)).values()].slice(0, count).flatMap(([newest]) => newest ?? [])
  const kept = new Set([
    ...newestOfEach((at) => Math.floor(at / DAY_MS), keep.daily),
    // The epoch began on a Thursday; weeks begin on Monday (ISO 8601).
    ...newestOfEach((at) => Math.floor((at / DAY_MS + 3) / 7), keep.weekly),
  ])
  return all.filter((entry) => !kept.has(entry)).map(({ name }) => name)
}
