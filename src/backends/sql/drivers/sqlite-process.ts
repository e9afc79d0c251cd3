import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { caseFold } from '../../../matrix/case-folding.ts'
import { BackendFailure } from '../../failure.ts'
import type { BoundStatement } from '../named-parameters.ts'
import { lowerColumns, type Row } from '../values.ts'
import { inspectFiles, whyNotOpen } from './sqlite-files.ts'
import type { SqliteOrder, SqliteReply } from './sqlite-messages.ts'

/*
 * A process of its own for one SQLite file. SQLite works synchronously and `better-sqlite3` cannot interrupt it: a thread
 * with a query that never ends could not be ended, and would keep the whole server from exiting. A process can be killed.
 *
 * It has two threads. The first passes messages on, and so notices at once when Signpost is gone; the second has the file.
 */

interface Paging {
  readonly statement: IterableIterator<Record<string, unknown>>
  readonly pageRows: number
}

const BUSY_WAIT_MS = 2_000

if (isMainThread) passMessages()
else if (parentPort !== null) answerOrders(parentPort)

function passMessages(): void {
  const thread = new Worker(new URL(import.meta.url))
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  process.on('message', (order) => thread.postMessage(order))
  thread.on('message', (reply: SqliteReply) => process.send?.(reply))
  // Not `exit`: that waits for the thread, which may be in the middle of an endless query.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  thread.on('exit', () => process.kill(process.pid, 'SIGKILL'))
}

function answerOrders(port: NonNullable<typeof parentPort>): void {
  let db: Database.Database | null = null
  let paging: Paging | null = null

  function opened(): Database.Database {
    if (db === null) throw new Error('the file is not open')
    return db
  }

  async function answer(order: SqliteOrder): Promise<SqliteReply> {
    switch (order.type) {
      case 'open': {
        const problem = whyNotOpen(await inspectFiles(order.path))
        if (problem !== null) throw problem
        db = openFile(order.path)
        return { type: 'done' }
      }
      case 'query':
        return { type: 'rows', rows: order.statements.map((each) => queryAll(opened(), each)) }
      case 'pages':
        paging = { statement: iterate(opened(), order.statement), pageRows: order.pageRows }
        return nextPage(paging)
      case 'next':
        if (paging === null) throw new Error('no statement is open')
        return nextPage(paging)
      case 'stop':
        paging?.statement.return?.()
        paging = null
        return { type: 'done' }
    }
  }

  port.on('message', async (order: SqliteOrder) => port.postMessage(await answer(order).catch(failureReply)))
}

function failureReply(error: unknown): SqliteReply {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof BackendFailure) return { type: 'refused', code: error.code, message, fix: error.fix }
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  return { type: 'failed', code, message }
}

function openFile(path: string): Database.Database {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_WAIT_MS })
  db.pragma('query_only = on')
  // Without it a number above 2^53 is rounded, and two keys become one.
  db.defaultSafeIntegers(true)
  // SQLite folds ASCII only (manual, "SQL Language: Core functions", lower).
  db.function('signpost_fold', { deterministic: true }, (text: unknown) =>
    typeof text === 'string' ? caseFold(text.trim()) : text,
  )
  db.function('signpost_digits', { deterministic: true }, (text: unknown) =>
    text === null || text === undefined ? null : String(text).replaceAll(/\D/g, ''),
  )
  // The file is read now, so that a wrong one is found by the one who opens it.
  db.prepare('select count(*) from sqlite_schema').all()
  return db
}

function nextPage({ statement, pageRows }: Paging): SqliteReply {
  const rows: Row[] = []
  while (rows.length < pageRows) {
    const step = statement.next()
    if (step.done === true) return { type: 'page', rows, last: true }
    rows.push(readRow(step.value))
  }
  return { type: 'page', rows, last: false }
}

function queryAll(db: Database.Database, statement: BoundStatement): readonly Row[] {
  return (prepare(db, statement.text).all(...statement.values) as Record<string, unknown>[]).map(readRow)
}

function iterate(db: Database.Database, { text, values }: BoundStatement): Paging['statement'] {
  return prepare(db, text).iterate(...values) as Paging['statement']
}

function prepare(db: Database.Database, text: string): Database.Statement {
  const statement = db.prepare(text)
  if (statement.reader) return statement
  // The client's own error says which of its methods to call instead.
  throw Object.assign(new Error('the statement returns no rows'), { code: 'SQLITE_READONLY' })
}

function readRow(row: Record<string, unknown>): Row {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? readInteger(value) : value,
  ])
  return lowerColumns(Object.fromEntries(entries) as Record<string, unknown>)
}

function readInteger(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}
