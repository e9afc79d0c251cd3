/** Decides whether a server that has ended is started again. */
export interface CrashBudget {
  /** Counts a crash at this time. Milliseconds to wait before the next start; null: give up. */
  crashed(at: number): number | null
  /** A person tries again: what was before does not count. */
  forget(): void
}

/** The number of crashes in this time after which a restart would only repeat them. */
export const CRASHES = 4
export const WITHIN_MS = 60_000
/** By the number of crashes before. */
const pauses = [250, 1_000, 3_000]

export function createCrashBudget(): CrashBudget {
  let crashes: readonly number[] = []
  return {
    crashed(at) {
      crashes = [...crashes.filter((each) => at - each < WITHIN_MS), at]
      return crashes.length >= CRASHES ? null : (pauses[crashes.length - 1] ?? null)
    },
    forget() {
      crashes = []
    },
  }
}
