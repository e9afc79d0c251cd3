import type { PauseChoice } from '../ipc/contract.ts'

const MINUTE_MS = 60_000

/** When a pause ends that begins now. Milliseconds since the epoch; tomorrow begins at midnight, local time. */
export function pauseUntil(choice: PauseChoice, now: number): number {
  switch (choice) {
    case 'ten-minutes':
      return now + 10 * MINUTE_MS
    case 'hour':
      return now + 60 * MINUTE_MS
    case 'tomorrow': {
      const date = new Date(now)
      // Not 24 hours: the day on which clocks change has another length.
      return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime()
    }
  }
}
