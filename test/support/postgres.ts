import { execFile, spawn } from 'node:child_process'
import { access, chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface PostgresCluster {
  /** Connection URL of the maintenance database. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts a private PostgreSQL cluster in a temporary directory, reachable through a unix socket alone.
 * Answers `null` when PostgreSQL is not installed; with `CI=true` that is an error, so that a build cannot
 * quietly lose half of the contract suites.
 */
export async function startPostgres(): Promise<PostgresCluster | null> {
  const bin = await findBinaries()
  if (bin === null) {
    if (process.env.CI === 'true') throw new Error('PostgreSQL is not installed (apt-get install postgresql)')
    return null
  }
  const home = await mkdtemp(join(tmpdir(), 'signpost-postgres-'))
  const asOwner = await ownedByServer(home)
  const data = join(home, 'data')
  await asOwner(join(bin, 'initdb'), [
    '--pgdata',
    data,
    '--username',
    'signpost',
    '--auth',
    'trust',
    '--no-sync',
    '--encoding',
    'UTF8',
    '--locale',
    'C.UTF-8',
  ])
  // Durability is not under test here: a test run that dies takes its databases with it.
  const settings = [
    'fsync=off',
    'full_page_writes=off',
    'synchronous_commit=off',
    "listen_addresses=''",
    'max_connections=200',
    `unix_socket_directories='${home}'`,
  ]
  const options = settings.map((setting) => `-c ${setting}`).join(' ')
  await asOwner(join(bin, 'pg_ctl'), ['start', '-w', '-D', data, '-l', join(home, 'log'), '-o', options])
  return {
    url: `postgresql:///postgres?user=signpost&host=${encodeURIComponent(home)}`,
    stop: async () => {
      await asOwner(join(bin, 'pg_ctl'), ['stop', '-w', '-m', 'immediate', '-D', data])
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** The folder that holds `initdb`: Debian keeps the server's programs out of PATH. */
async function findBinaries(): Promise<string | null> {
  const candidates = (process.env.PATH ?? '').split(':')
  try {
    candidates.push((await run('pg_config', ['--bindir'])).stdout.trim())
  } catch {
    // No pg_config: the other places still count.
  }
  try {
    const versions = await readdir('/usr/lib/postgresql')
    versions.sort((a, b) => Number(b) - Number(a))
    candidates.push(...versions.map((version) => join('/usr/lib/postgresql', version, 'bin')))
  } catch {
    // Not a Debian layout.
  }
  for (const folder of candidates) {
    if (folder !== '' && (await isThere(join(folder, 'initdb')))) return folder
  }
  return null
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

type RunAsOwner = (program: string, args: readonly string[]) => Promise<unknown>

/** PostgreSQL refuses to run as root, so root hands the folder to the `postgres` user and steps down to it. */
async function ownedByServer(folder: string): Promise<RunAsOwner> {
  // stdio must not be a pipe: the server inherits it from pg_ctl and the pipe would never close.
  if (process.getuid?.() !== 0) return (program, args) => runDetached(program, args, folder)
  const [uid, gid] = await Promise.all([idOf('-u'), idOf('-g')])
  await chown(folder, uid, gid)
  const prefix = ['-u', 'postgres', '--']
  return (program, args) => runDetached('runuser', [...prefix, program, ...args], folder)
}

async function idOf(flag: '-u' | '-g'): Promise<number> {
  return Number((await run('id', [flag, 'postgres'])).stdout.trim())
}

function runDetached(program: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${program} ${args.join(' ')} ended with exit code ${code}`))
    })
  })
}
