import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chown, mkdtemp, readdir } from 'node:fs/promises'
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
  await giveToServer(home)
  const data = join(home, 'data')
  await runToEnd(
    commandFor(join(bin, 'initdb'), [
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
    ]),
    home,
  )
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
  const start = ['start', '-w', '-D', data, '-l', join(home, 'log'), '-o', options]
  await runToEnd(commandFor(join(bin, 'pg_ctl'), start), home)
  const stop = stopWithThisProcess(
    commandFor(join(bin, 'pg_ctl'), ['stop', '-w', '-m', 'immediate', '-D', data]),
    home,
  )
  return { url: `postgresql:///postgres?user=signpost&host=${encodeURIComponent(home)}`, stop }
}

/**
 * Leaves a shell waiting that ends the server and removes `home` when its standard input closes: at `stop()`, or with this
 * process however it dies. A session of its own keeps Ctrl-C in the terminal away from it.
 */
function stopWithThisProcess(stopServer: readonly string[], home: string): () => Promise<void> {
  const script = 'cat >/dev/null; home=$1; shift; "$@"; rm -rf "$home"'
  const keeper = spawn('sh', ['-c', script, 'sh', home, ...stopServer], {
    cwd: tmpdir(),
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const gone = once(keeper, 'exit')
  return async () => {
    keeper.stdin.end()
    await gone
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

/** PostgreSQL refuses to run as root, so root steps down to the `postgres` user. */
function commandFor(program: string, args: readonly string[]): [string, ...string[]] {
  return isRoot() ? ['runuser', '-u', 'postgres', '--', program, ...args] : [program, ...args]
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

async function giveToServer(folder: string): Promise<void> {
  if (isRoot()) await chown(folder, await idOf('-u'), await idOf('-g'))
}

async function idOf(flag: '-u' | '-g'): Promise<number> {
  return Number((await run('id', [flag, 'postgres'])).stdout.trim())
}

/** Not through pipes: the server inherits them from pg_ctl, and they would never close. */
async function runToEnd([program, ...args]: readonly [string, ...string[]], cwd: string): Promise<void> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with exit code ${String(code)}`)
}
