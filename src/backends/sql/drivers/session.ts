import type { BackendFailure } from '../../failure.ts'
import type { BoundStatement, Dialect } from '../named-parameters.ts'
import type { Row } from '../values.ts'

/** One connection. It runs one thing at a time; the pool sees to that. */
export interface Session {
  /** Becomes false for good when the connection broke. */
  readonly usable: boolean
  /** The rows of each statement, one after the other. */
  query(statements: readonly BoundStatement[]): Promise<readonly (readonly Row[])[]>
  /** The rows of one statement, never more than a few pages of them in memory. Ending early may cost the session. */
  pages(statement: BoundStatement, pageRows: number): AsyncIterator<readonly Row[]>
  /** Lets go at once; what runs fails, or never ends. Harmless when repeated. */
  destroy(): void
}

/** How one database is reached. */
export interface Driver<S extends Session = Session> {
  readonly dialect: Dialect
  /** Most sessions at a time. */
  readonly sessions: number
  /** A session that cannot write. Rejects soon after `signal` aborts. */
  open(signal: AbortSignal): Promise<S>
  /** Ends on the server what an abandoned session still runs. */
  endOnServer(session: S, signal: AbortSignal): Promise<void>
  /** True when the connection broke, which says nothing about the statement. */
  isLost(error: unknown): boolean
  /** What went wrong, for the operator. */
  explain(error: unknown): BackendFailure
}
