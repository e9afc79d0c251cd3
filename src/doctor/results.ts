import type { Fault, Faults, Result } from './check.ts'

export interface FaultWords {
  readonly detail: string
  /** Default: the cause and the fix of the catalogue. */
  readonly cause?: string
  readonly fix?: string
  readonly subject?: string
  /** Default: that of the catalogue. */
  readonly status?: Fault['status']
}

/** Makes results of exactly these faults, so that a code that stands in no catalogue does not compile. */
export function reporterOf<F extends Faults>(faults: F) {
  return (code: keyof F & string, words: FaultWords): Result => {
    // `noUncheckedIndexedAccess` does not know that the key is one of this very record.
    const { status, cause, fix } = faults[code] as Fault
    return { code, status, subject: null, cause, fix, ...words }
  }
}

/** Nothing to do. `code` is that of the check. */
export function fine(code: string, detail: string, subject: string | null = null): Result {
  return { code, status: 'ok', subject, detail, cause: null, fix: null }
}
