import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { run } from './child-process.ts'
import { withFileLock } from './file-lock.ts'

/** An unpacked Synapse: its version, and how to run its Python. */
export interface SynapseInstallation {
  readonly version: string
  /** Program, then the arguments that come before Python's own. */
  readonly python: readonly [program: string, ...args: string[]]
  readonly env: Readonly<Record<string, string>>
}

export type SynapseAvailability =
  | { readonly installation: SynapseInstallation; readonly unavailable: null }
  | { readonly installation: null; readonly unavailable: string }

const CACHE = resolve(import.meta.dirname, '../../.cache/synapse')
const SUITE = 'sid'
const PACKAGES = ['matrix-synapse', 'python3-psycopg2']
/** A failed attempt is remembered this long, so that not every suite of an offline run waits for the network. */
const FAILURE_MEMORY_MS = 10 * 60_000
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000

let provided: Promise<SynapseAvailability> | undefined

/**
 * The Synapse that Debian unstable carries today, unpacked beside the system: nothing is installed and no package
 * script runs. The first call downloads it (about 70 MB) into `.cache/synapse`; later ones reuse that. Delete the
 * directory to get a newer version.
 */
export function provideSynapse(): Promise<SynapseAvailability> {
  provided ??= findOrUnpack()
  return provided
}

async function findOrUnpack(): Promise<SynapseAvailability> {
  try {
    const architecture = await debianArchitecture()
    await mkdir(CACHE, { recursive: true })
    return await withFileLock(join(CACHE, `${architecture}.lock`), () => provide(join(CACHE, architecture)))
  } catch (error) {
    return unavailable(error instanceof Error ? error.message : String(error))
  }
}

async function provide(home: string): Promise<SynapseAvailability> {
  const present = await tryInstallation(join(home, 'root'))
  if (present !== null) return { installation: present, unavailable: null }

  const failureFile = join(home, 'failure.txt')
  const remembered = await recentFailure(failureFile)
  if (remembered !== null) return unavailable(`${remembered}, not tried again for 10 minutes`)

  await rm(home, { recursive: true, force: true })
  await mkdir(home, { recursive: true })
  try {
    await downloadAndUnpack(home)
    return { installation: await openInstallation(join(home, 'root')), unavailable: null }
  } catch (error) {
    const reason = reasonOf(error)
    await writeFile(failureFile, reason)
    return unavailable(reason)
  }
}

function unavailable(reason: string): SynapseAvailability {
  return { installation: null, unavailable: reason }
}

async function debianArchitecture(): Promise<string> {
  try {
    return (await run('dpkg', ['--print-architecture'])).stdout.trim()
  } catch {
    throw new Error('this is not a Debian system (no dpkg)')
  }
}

async function recentFailure(file: string): Promise<string | null> {
  if (!existsSync(file)) return null
  const age = Date.now() - (await stat(file)).mtimeMs
  return age < FAILURE_MEMORY_MS ? readFile(file, 'utf8') : null
}

/** `root` comes into being by a rename after everything is unpacked, so it is never seen half filled. */
async function downloadAndUnpack(home: string): Promise<void> {
  const staging = join(home, 'unpacking')
  const apt = join(home, 'apt')
  const archives = join(apt, 'cache/archives')
  await mkdir(join(apt, 'lists/partial'), { recursive: true })
  await mkdir(join(archives, 'partial'), { recursive: true })
  await mkdir(staging)
  await writeFile(join(apt, 'sources.list'), await sourceLine())
  // With no package installed as far as this apt knows, it fetches every dependency, the C library included.
  await writeFile(join(apt, 'status'), '')
  const options = [
    `Dir::Etc::sourcelist=${join(apt, 'sources.list')}`,
    'Dir::Etc::sourceparts=-',
    'Dir::Etc::preferences=-',
    'Dir::Etc::preferencesparts=-',
    `Dir::State::lists=${join(apt, 'lists')}`,
    `Dir::State::status=${join(apt, 'status')}`,
    `Dir::Cache=${join(apt, 'cache')}`,
    'APT::Install-Recommends=false',
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=20',
  ].flatMap((option) => ['-o', option])
  const limits = { timeout: DOWNLOAD_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 }
  await run('apt-get', ['-qq', ...options, '--error-on=any', 'update'], limits)
  await run('apt-get', ['-qq', ...options, '--yes', '--download-only', 'install', ...PACKAGES], limits)

  const debs = (await readdir(archives)).filter((name) => name.endsWith('.deb'))
  for (const deb of debs) await run('dpkg-deb', ['--extract', join(archives, deb), staging])
  await rename(staging, join(home, 'root'))
  await rm(apt, { recursive: true, force: true })
}

/** Debian unstable on the mirror that this machine's own apt uses. */
async function sourceLine(): Promise<string> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'])
  const mirror = stdout.split('\n').find((uri) => /\/debian\/?$/.test(uri.trim()))
  if (mirror === undefined) throw new Error("no Debian mirror among apt's sources")
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  const signedBy = existsSync(keyring) ? `[signed-by=${keyring}] ` : ''
  return `deb ${signedBy}${mirror.trim()} ${SUITE} main\n`
}

async function tryInstallation(root: string): Promise<SynapseInstallation | null> {
  if (!existsSync(root)) return null
  return openInstallation(root).catch(() => null)
}

/** Rejects when the tree is not complete: the check imports Synapse together with its compiled module. */
async function openInstallation(root: string): Promise<SynapseInstallation> {
  const { loader, libraries } = await findLoader(join(root, 'usr'))
  const binary = await realpath(join(root, 'usr/bin/python3'))
  // The tree brings its own C library, newer than the system's: only its own loader can start its programs.
  const python = [loader, '--argv0', binary, '--library-path', libraries, binary] as const
  const env = {
    PYTHONHOME: join(root, 'usr'),
    PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
    // Empty means "do write": with compiled modules beside the sources a start takes 2 seconds instead of 8.
    PYTHONDONTWRITEBYTECODE: '',
  }
  const check = "import synapse.app.homeserver, importlib.metadata as m; print(m.version('matrix-synapse'))"
  const [program, ...args] = python
  const { stdout } = await run(program, [...args, '-c', check], {
    env: { ...process.env, ...env },
    timeout: 60_000,
  })
  return { version: stdout.trim(), python: [program, ...args], env }
}

/** The dynamic loader has another name and place on each architecture; the libraries lie beside `libc.so.6`. */
async function findLoader(usr: string): Promise<{ loader: string; libraries: string }> {
  const folders = await readdir(join(usr, 'lib'))
  const triplet = folders.find((name) => existsSync(join(usr, 'lib', name, 'libc.so.6')))
  if (triplet === undefined) throw new Error('the unpacked packages hold no C library')
  const libraries = join(usr, 'lib', triplet)
  for (const folder of [libraries, join(usr, 'lib'), join(usr, 'lib64')]) {
    if (!existsSync(folder)) continue
    const name = (await readdir(folder)).find((entry) => /^ld(-linux.*|64)\.so\.\d+$/.test(entry))
    if (name !== undefined) return { loader: join(folder, name), libraries }
  }
  throw new Error('the unpacked packages hold no dynamic loader')
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const stderr = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : ''
  const line = stderr.split('\n').find((one) => one.startsWith('E:')) ?? error.message.split('\n')[0]
  return `Debian's package could not be had (${line?.trim() ?? 'no reason given'})`
}
