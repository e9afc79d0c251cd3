import { fork, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BackendFailure } from '../../failure.ts'
import type { BackendContext } from '../../kind.ts'
import type { SqliteConnection } from '../connection-section.ts'
import { orAborted } from './or-aborted.ts'
import { explainSqlite, SqliteError, SqliteProcessEnded } from './sqlite-failure.ts'
import { inspectFiles, whyNotOpen } from './sqlite-files.ts'
import type { SqliteOrder, SqliteReply } from './sqlite-messages.ts'
import type { Driver, Session } from './session.ts'

/** One that lists and one that answers. */
const PROCESSES = 2

export function sqliteDriver(section: SqliteConnection, context: BackendContext): Driver {
  const path = resolve(context.dataDir, section.path)
  return {
    dialect: 'sqlite',
    sessions: PROCESSES,
    // Its process is gone already.
    endOnServer: async () => {},
    isLost: (error) => error instanceof SqliteProcessEnded,
    explain: (error) => explainSqlite(error, path),
    async open(signal) {
      // The process looks again before it opens the file; here a program that is down costs no process.
      const problem = whyNotOpen(await orAborted(inspectFiles(path), signal))
      if (problem !== null) throw problem
      const session = startProcess()
      try {
        await orAborted(session.order({ type: 'open', path }), signal)
        return session
      } catch (error) {
        session.destroy()
        throw error
      }
    },
  }
}

/** The file has this module's own suffix: `.js` in a build, `.ts` when the sources run as they are. */
function processFile(): string {
  const suffix = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  return fileURLToPath(new URL(`./sqlite-process${suffix}`, import.meta.url))
}

function startProcess(): Session & { order(order: SqliteOrder): Promise<SqliteReply> } {
  const child: ChildProcess = fork(processFile(), [], {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let usable = true
  let pending: PromiseWithResolvers<SqliteReply> | null = null
  const end = (error: Error) => {
    usable = false
    pending?.reject(error)
    pending = null
  }
  child.on('error', end)
  child.on('exit', () => end(new SqliteProcessEnded()))
  child.on('message', (reply: SqliteReply) => {
    const asked = pending
    pending = null
    if (reply.type === 'failed') asked?.reject(new SqliteError(reply.code, reply.message))
    else if (reply.type === 'refused') asked?.reject(new BackendFailure(reply.code, reply.message, reply.fix))
    else asked?.resolve(reply)
    if (pending === null) rest()
  })

  /** A process that has nothing to do must not keep Signpost from ending. */
  function rest(): void {
    child.unref()
    child.channel?.unref()
  }

  async function order(order: SqliteOrder): Promise<SqliteReply> {
    if (!usable) throw new SqliteProcessEnded()
    const asked = Promise.withResolvers<SqliteReply>()
    asked.promise.catch(() => {})
    pending = asked
    child.ref()
    child.channel?.ref()
    child.send(order, (error) => error !== null && end(new SqliteProcessEnded()))
    return asked.promise
  }

  return {
    order,
    get usable() {
      return usable
    },
    destroy() {
      usable = false
      child.kill('SIGKILL')
      rest()
    },
    async query(statements) {
      const reply = await order({ type: 'query', statements })
      return reply.type === 'rows' ? reply.rows : []
    },
    async *pages(statement, pageRows) {
      let complete = false
      try {
        for (let next: SqliteOrder = { type: 'pages', statement, pageRows }; ; next = { type: 'next' }) {
          const reply = await order(next)
          if (reply.type !== 'page') return
          complete = reply.last
          if (reply.rows.length > 0) yield reply.rows
          if (complete) return
        }
      } finally {
        if (!complete && usable) await order({ type: 'stop' }).catch(() => {})
      }
    },
  }
}
