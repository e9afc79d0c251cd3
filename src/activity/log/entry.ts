import type { ThreePid } from '../../matrix/threepid.ts'
import type { ActivityKind, ActivityOutcome } from './row.ts'

/** What a feature tells the activity log. What is left out is null in the row. */
export interface ActivityEntry {
  readonly kind: ActivityKind
  readonly action: string
  readonly outcome: ActivityOutcome
  /** In full: the log keeps of it what `activity.addresses` lets it. */
  readonly address?: ThreePid | null
  readonly mxid?: string | null
  readonly requester?: ActivityRequester
  readonly source?: string | null
  readonly durationMs?: number
  readonly code?: string | null
  /** In words. Addresses in it are masked. */
  readonly reason?: string | null
  readonly details?: Readonly<Record<string, string | number>>
  /** Ties the rows of one request together. */
  readonly request?: string | null
  /** When it happened, where that is not now; milliseconds since the epoch. */
  readonly at?: number
  /** A row with the same origin is written once. */
  readonly origin?: string
}

export interface ActivityRequester {
  readonly user?: string | null
  readonly server?: string | null
  readonly ip?: string | null
}

/** Where features tell what happened. Costs the caller next to nothing, and never fails. */
export interface Recorder {
  record(entry: ActivityEntry): void
  /** False under load: rows that only add to another one are left out then. */
  hasRoom(): boolean
}

/** Who listens to nothing: commands, and tests of other things. */
export const noRecorder: Recorder = { record: () => {}, hasRoom: () => false }
