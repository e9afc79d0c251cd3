import type { OperatorError } from './config/operator-error.ts'

/** A configuration with which a restart failed. The one before it is in force again. */
export interface RefusedRestart {
  readonly error: OperatorError
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Where the refused file is kept. */
  readonly keptAs: string
}
