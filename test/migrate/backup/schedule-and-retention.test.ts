import { describe, expect, test } from 'vitest'
import { backupName, superfluous, timeOfDaily } from '../../../src/migrate/backup/retention.ts'
import { isDailyDue } from '../../../src/migrate/backup/schedule.ts'
import type { BackupNote } from '../../../src/migrate/backup/status.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

describe('the daily backup', () => {
  /** A day in the time of this machine, whatever that is. */
  const at = (day: number, hours: number, minutes = 0) => new Date(2026, 2, day, hours, minutes).getTime()
  const note = (dailyBegunAt: number | null, failure: BackupNote['failure'] = null): BackupNote => ({
    ...{ latest: null, provenAt: null, dailyBegunAt, failure },
  })

  test('is due at its time of day, once', () => {
    expect(isDailyDue('03:00', note(at(9, 3)), at(10, 2, 59))).toBe(false)
    expect(isDailyDue('03:00', note(at(9, 3)), at(10, 3))).toBe(true)
    expect(isDailyDue('03:00', note(at(10, 3)), at(10, 3, 1))).toBe(false)
    expect(isDailyDue('03:00', note(at(10, 3)), at(11, 2, 59))).toBe(false)
  })

  test('is made up for when it was missed, and made at once when there was none', () => {
    expect(isDailyDue('03:00', note(at(7, 3)), at(10, 1))).toBe(true)
    expect(isDailyDue('03:00', note(null), at(10, 12))).toBe(true)
  })

  test('is tried again an hour after it failed', () => {
    const failed = note(at(10, 3), { at: at(10, 3), code: 'backup-failed', message: '', fix: '' })
    expect(isDailyDue('03:00', failed, at(10, 3, 59))).toBe(false)
    expect(isDailyDue('03:00', failed, at(10, 4))).toBe(true)
  })

  test('does not wait for a clock that has gone back', () => {
    expect(isDailyDue('03:00', note(at(20, 3)), at(10, 12))).toBe(true)
  })
})

describe('what is kept', () => {
  const noon = Date.UTC(2026, 5, 30, 12)
  const daysAgo = (days: number) => backupName('daily', noon - days * DAY_MS)

  test('names tell the time, to the second', () => {
    expect(daysAgo(0)).toBe('signpost-daily-2026-06-30T12-00-00Z.signpost')
    expect(timeOfDaily(daysAgo(3))).toBe(noon - 3 * DAY_MS)
    expect(timeOfDaily(backupName('byHand', noon))).toBeNull()
    expect(timeOfDaily('holiday.signpost')).toBeNull()
  })

  test('is the last of each of the newest days, and the last of each of the newest weeks', () => {
    const names = Array.from({ length: 40 }, (_, days) => daysAgo(days))
    const gone = new Set(superfluous(names, { daily: 3, weekly: 3 }))
    // The 30th of June 2026 is a Tuesday: the weeks before it ended on the 28th and the 21st.
    expect(names.filter((name) => !gone.has(name))).toEqual([0, 1, 2, 9].map(daysAgo))
  })

  test('outlives gaps: what is old goes only when there is newer', () => {
    const names = [200, 100, 50].map(daysAgo)
    expect(superfluous(names, { daily: 7, weekly: 4 })).toEqual([])
    expect(superfluous(names, { daily: 1, weekly: 0 })).toEqual([daysAgo(100), daysAgo(200)])
  })

  test('of several on one day it is the last one', () => {
    const names = [1, 2, 3].map((hours) => backupName('daily', noon - hours * HOUR_MS))
    expect(superfluous(names, { daily: 7, weekly: 4 })).toEqual([names[1], names[2]])
  })

  test('is whatever a person has made or put there', () => {
    const names = [backupName('byHand', 0), 'notes.txt', 'old.signpost']
    expect(superfluous(names, { daily: 1, weekly: 0 })).toEqual([])
  })
})
