import type { BackendContext } from '../../kind.ts'
import { BackendFailure } from '../../failure.ts'
import { bindStatement, type BoundStatement, type Dialect } from '../named-parameters.ts'
import type { Row, SqlValues } from '../values.ts'
import { orAborted } from './or-aborted.ts'
import { createSessionPool, type Lease } from './session-pool.ts'
import type { Driver, Session } from './session.ts'

/** Rows of a page: some tens of kilobytes, and few enough round trips. */
const PAGE_ROWS = 500
/** What the server's own limit, which leaves the session whole, is given before ours strikes. */
const GRACE_MS = 500
const END_ON_SERVER_MS = 2_000

/** Asks a database, and can do nothing else to it. */
export interface StatementRunner {
  readonly dialect: Dialect
  /**
   * All rows of a statement with `:name` parameters; meant for few. Ends at the time limit of the backend. Every method
   * throws `BackendFailure`.
   */
  query(text: string, values: SqlValues, signal: AbortSignal): Promise<readonly Row[]>
  /** The rows of one statement for each of many `values`, in their order: one connection, one transaction. */
  queryEach(
    text: string,
    values: readonly SqlValues[],
    signal: AbortSignal,
  ): Promise<readonly (readonly Row[])[]>
  /** The rows of a statement page by page. Ends only with `signal`: a listing may take minutes. */
  pages(
    text: string,
    values: SqlValues,
    signal: AbortSignal,
    pageRows?: number,
  ): AsyncIterableIterator<readonly Row[]>
  /** Opens a session if none is open. */
  connect(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export function createStatementRunner<S extends Session>(
  driver: Driver<S>,
  context: Pick<BackendContext, 'timeoutMs' | 'log'>,
): StatementRunner {
  const { dialect } = driver
  const closing = new AbortController()
  const pool = createSessionPool(driver.sessions, open)
  const endings = new Set<Promise<void>>()

  /** A listing may take minutes, but not to connect. */
  async function open(signal: AbortSignal): Promise<S> {
    const limit = AbortSignal.timeout(context.timeoutMs)
    try {
      return await driver.open(AbortSignal.any([signal, limit]))
    } catch (error) {
      throw limit.aborted && !signal.aborted ? notReachedFailure(error) : error
    }
  }

  /** Gives up a session in the middle of a statement, here and on the server. */
  function abandon({ session, release }: Lease<S>): void {
    release(false)
    const ending = driver
      .endOnServer(session, AbortSignal.timeout(END_ON_SERVER_MS))
      .catch((error: unknown) => {
        const { code } = driver.explain(error)
        context.log.debug({ failure: code }, 'could not end a statement on the server')
      })
      .finally(() => endings.delete(ending))
    endings.add(ending)
  }

  function failureOf(error: unknown, signal: AbortSignal): BackendFailure {
    if (closing.signal.aborted) return closedFailure(error)
    return signal.aborted ? timeoutFailure(error) : driver.explain(error)
  }

  /** Since the last statement the server was restarted, or a firewall forgot us: a new session may do. */
  function brokeMeanwhile(lease: Lease<S>, error: unknown): boolean {
    return lease.reused && driver.isLost(error)
  }

  async function attempt<T>(signal: AbortSignal, work: (session: S) => Promise<T>): Promise<T> {
    const lease = await pool.lease(signal)
    try {
      const answer = await orAborted(work(lease.session), signal)
      lease.release(true)
      return answer
    } catch (error) {
      if (signal.aborted) {
        abandon(lease)
        throw error
      }
      lease.release(true)
      if (!brokeMeanwhile(lease, error)) throw error
      return attempt(signal, work)
    }
  }

  async function run<T>(asked: AbortSignal, work: (session: S) => Promise<T>): Promise<T> {
    const signal = AbortSignal.any([asked, closing.signal, AbortSignal.timeout(context.timeoutMs + GRACE_MS)])
    try {
      signal.throwIfAborted()
      return await attempt(signal, work)
    } catch (error) {
      throw failureOf(error, signal)
    }
  }

  async function queryEach(text: string, values: readonly SqlValues[], signal: AbortSignal) {
    const statements = values.map((each) => bindStatement(text, each, dialect))
    return statements.length === 0 ? [] : run(signal, (session) => session.query(statements))
  }

  async function firstPage(statement: BoundStatement, pageRows: number, signal: AbortSignal) {
    for (;;) {
      const lease = await pool.lease(signal)
      const rows = lease.session.pages(statement, pageRows)
      try {
        return { lease, rows, step: await orAborted(rows.next(), signal) }
      } catch (error) {
        if (signal.aborted) abandon(lease)
        else lease.release(true)
        if (signal.aborted || !brokeMeanwhile(lease, error)) throw error
      }
    }
  }

  /** Leaves a listing, at its end or in the middle. */
  async function finish(rows: AsyncIterator<readonly Row[]>, { release }: Lease<S>): Promise<void> {
    const ended = rows.return?.() ?? Promise.resolve()
    const limit = AbortSignal.any([closing.signal, AbortSignal.timeout(context.timeoutMs)])
    release(
      await orAborted<unknown>(ended, limit).then(
        () => true,
        () => false,
      ),
    )
  }

  async function* pages(text: string, values: SqlValues, asked: AbortSignal, pageRows = PAGE_ROWS) {
    const statement = bindStatement(text, values, dialect)
    const signal = AbortSignal.any([asked, closing.signal])
    let open: Awaited<ReturnType<typeof firstPage>> | null = null
    // A reader that went away without a word must not keep the session.
    const onAbort = () => open !== null && abandon(open.lease)
    signal.addEventListener('abort', onAbort)
    try {
      signal.throwIfAborted()
      open = await firstPage(statement, pageRows, signal)
      for (let { step } = open; step.done !== true; step = await orAborted(open.rows.next(), signal)) {
        yield step.value
      }
      signal.throwIfAborted()
    } catch (error) {
      throw failureOf(error, signal)
    } finally {
      signal.removeEventListener('abort', onAbort)
      if (open !== null && !signal.aborted) await finish(open.rows, open.lease)
    }
  }

  return {
    dialect,
    queryEach,
    pages,
    query: async (text, values, signal) => (await queryEach(text, [values], signal))[0] ?? [],
    connect: (signal) => run(signal, async () => {}),
    async close() {
      closing.abort()
      pool.close()
      await Promise.all(endings)
    },
  }
}

function timeoutFailure(cause: unknown): BackendFailure {
  return new BackendFailure(
    'timeout',
    'The database did not answer in time.',
    'Check its load and whether the query can use an index, or raise timeout of this backend.',
    cause,
  )
}

function notReachedFailure(cause: unknown): BackendFailure {
  return new BackendFailure(
    'timeout',
    'The database could not be reached in time.',
    'Check the connection, and that no firewall stands between.',
    cause,
  )
}

function closedFailure(cause: unknown): BackendFailure {
  return new BackendFailure('closed', 'The backend was closed.', 'Ask again after the restart.', cause)
}
