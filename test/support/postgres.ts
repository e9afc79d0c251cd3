import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chown, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Certificate } from './certificate-authority.ts'

const run = promisify(execFile)

export interface PostgresCluster {
  /** Connection URL of the maintenance database. */
  readonly url: string
  stop(): Promise<void>
}

/** A cluster that is reachable through TCP as well, on 127.0.0.1, and asks for the password of `signpost`. */
export interface PostgresTcp {
  readonly port: number
  readonly password: string
  readonly tls: Certificate | null
}

/**
 * Starts a private PostgreSQL cluster in a temporary directory, reachable through a unix socket alone unless `tcp` asks for
 * more.
 * Answers `null` when PostgreSQL is not installed; with `CI=true` that is an error, so that a build cannot
 * quietly lose half of the contract suites.
 */
export async function startPostgres(tcp: PostgresTcp | null = null): Promise<PostgresCluster | null> {
  const bin = await findBinaries()
  if (bin === null) {
    if (process.env.CI === 'true') throw new Error('PostgreSQL is not installed (apt-get install postgresql)')
    return null
  }
  const home = await mkdtemp(join(tmpdir(), 'signpost-postgres-'))
  await giveToServer(home)
  const data = join(home, 'data')
  const passwordFile = join(home, 'password')
  if (tcp !== null) await writeForServer(passwordFile, tcp.password)
  await runToEnd(
    commandFor(join(bin, 'initdb'), [
      '--pgdata',
      data,
      '--username',
      'signpost',
      ...(tcp === null ? ['--auth', 'trust'] : ['--auth', 'scram-sha-256', '--pwfile', passwordFile]),
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
    ...(tcp === null ? ["listen_addresses=''"] : ['listen_addresses=127.0.0.1', `port=${tcp.port}`]),
    ...(await tlsSettings(home, tcp?.tls ?? null)),
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
  const url = `postgresql:///postgres?user=signpost&host=${encodeURIComponent(home)}`
  return {
    url: tcp === null ? url : `${url}&port=${tcp.port}&password=${encodeURIComponent(tcp.password)}`,
    stop,
  }
}

/** The server wants a key that is its own and nobody else's. */
async function tlsSettings(home: string, tls: Certificate | null): Promise<readonly string[]> {
  if (tls === null) return []
  const [cert, key] = [join(home, 'server.pem'), join(home, 'server.key')]
  await writeForServer(cert, tls.cert)
  await writeForServer(key, tls.key)
  return ['ssl=on', `ssl_cert_file='${cert}'`, `ssl_key_file='${key}'`]
}

async function writeForServer(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 })
  await giveToServer(path)
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
