import { existsSync } from 'node:fs'
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import type { Certificate } from './certificate-authority.ts'
import { run, startProcess, type RunningProcess } from './child-process.ts'
import { freePort } from './free-port.ts'
import { eventually } from './poll.ts'
import { createTempDir, removeTempDir } from './temp-dir.ts'

export interface MariadbUser {
  readonly user: string
  readonly password: string
}

export interface MariadbServer {
  readonly socket: string
  /** On 127.0.0.1. */
  readonly port: number
  /** May do everything. */
  readonly admin: MariadbUser
  /** May read every database, and nothing else. */
  readonly reader: MariadbUser
  /** Runs statements as the administrator, one after the other. */
  execute(statements: readonly string[], database?: string): Promise<void>
  /** An administrator's connection, for rows in numbers. The caller ends it. */
  connect(database?: string): Promise<mysql.Connection>
  /** Kills the server without a warning. */
  kill(): Promise<void>
  /** Starts it again after `kill`, on the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const programs = ['mariadbd', 'mariadb-install-db'] as const

/** For `describeWith`: why there is no MariaDB here, or null. With `CI=true` its absence is an error. */
export function mariadbUnavailable(): string | null {
  const missing = programs.filter((program) => findProgram(program) === null)
  if (missing.length === 0) return null
  if (process.env.CI === 'true') throw new Error('MariaDB is not installed (apt-get install mariadb-server)')
  return 'it is not installed'
}

/** A private MariaDB in a temporary directory. It ends with the test process, however that dies. */
export async function startMariadb(tls: Certificate | null = null): Promise<MariadbServer> {
  const home = await createTempDir('mariadb')
  const data = join(home, 'data')
  const socket = join(home, 'sock')
  const port = await freePort()
  const owner = process.getuid?.() === 0 ? ['--user=root'] : []
  const admin = { user: 'admin', password: 'admin "secret"' }
  const reader = { user: 'reader', password: "reader's \\ secret" }

  await run(need('mariadb-install-db'), [
    ...['--no-defaults', `--datadir=${data}`, '--skip-test-db', '--auth-root-authentication-method=normal'],
    ...owner,
  ])
  const initFile = join(home, 'users.sql')
  await appendFile(
    initFile,
    [
      `create or replace user ${quote(admin.user)}@'%' identified by ${quote(admin.password)}`,
      `grant all on *.* to ${quote(admin.user)}@'%' with grant option`,
      `create or replace user ${quote(reader.user)}@'%' identified by ${quote(reader.password)}`,
      `grant select on *.* to ${quote(reader.user)}@'%'`,
      "drop user if exists 'root'@'localhost'",
      "drop user if exists ''@'localhost'",
    ].join(';\n') + ';\n',
  )

  const start = () =>
    startProcess(
      need('mariadbd'),
      [
        ...[
          '--no-defaults',
          `--datadir=${data}`,
          `--socket=${socket}`,
          `--port=${port}`,
          `--init-file=${initFile}`,
        ],
        ...['--bind-address=127.0.0.1', '--skip-name-resolve', '--skip-log-bin'],
        // What was committed survives a killed server, though not a power cut; a small pool starts faster.
        ...[
          '--innodb-flush-log-at-trx-commit=2',
          '--innodb-buffer-pool-size=32M',
          '--performance-schema=off',
        ],
        ...(tls === null ? [] : [`--ssl-cert=${tls.certFile}`, `--ssl-key=${tls.keyFile}`]),
        ...owner,
      ],
      { logFile: join(home, 'log') },
    )

  const connect = (database?: string) =>
    mysql.createConnection({
      ...{ socketPath: socket, user: admin.user, password: admin.password, charset: 'utf8mb4' },
      ...(database === undefined ? {} : { database }),
    })

  async function startUp(): Promise<RunningProcess> {
    const server = await start()
    const state = await eventually(
      async () => {
        if (server.exit() !== null) return 'gone'
        await (await connect()).end()
        return 'up'
      },
      { what: 'MariaDB to answer', timeoutMs: 60_000 },
    )
    if (state === 'up') return server
    throw new Error(`MariaDB ended at once:\n${await readFile(join(home, 'log'), 'utf8')}`)
  }

  let server = await startUp()
  return {
    ...{ socket, port, admin, reader, connect },
    async execute(statements, database) {
      const connection = await connect(database)
      try {
        for (const statement of statements) await connection.query(statement)
      } finally {
        await connection.end()
      }
    },
    async kill() {
      process.kill(server.pid, 'SIGKILL')
      await server.stop()
    },
    async restart() {
      server = await startUp()
    },
    async stop() {
      await server.stop(0)
      await removeTempDir(home)
    },
  }
}

/** Debian keeps the server's program out of an ordinary user's PATH. */
function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/usr/bin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null
}

function need(name: (typeof programs)[number]): string {
  const path = findProgram(name)
  if (path === null) throw new Error(`${name} is not installed`)
  return path
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
