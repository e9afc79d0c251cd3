import type { Generated } from 'kysely'

export interface ActivityTable {
  id: Generated<number>
  at: number
  /** `activityKinds` and `activityOutcomes` of `activity/log/row.ts`. */
  kind: string
  action: string
  outcome: string
  medium: string | null
  /** Masked, in full, or left out, as `activity.addresses` had it at the time. */
  address: string | null
  /** The address under a key of this installation, so that it is found again by whoever knows it. */
  subject: string | null
  mxid: string | null
  user_id: string | null
  server: string | null
  ip: string | null
  source: string | null
  duration_ms: number | null
  code: string | null
  reason: string | null
  /** JSON object of texts and numbers. */
  details: string
  /** Shared by the rows of one request. */
  request: string | null
  /** Where the row was copied from, so that it is copied once; null for all others. */
  origin: string | null
}

export interface ActivityCountTable {
  step: 'minute' | 'hour'
  /** Begin of the step. */
  at: number
  process: string
  /** JSON, see `activity/counters/meter.ts`. */
  meters: string
}

export interface ActivityHostTable {
  host: string
  purpose: string
  first_at: number
  last_at: number
  calls: number
  failures: number
}
