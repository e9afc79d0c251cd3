import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Certificate } from './certificate-authority.ts'
import { run, startProcess, type RunningProcess } from './child-process.ts'
import { freePorts } from './free-port.ts'
import { ldapModify } from './ldap-modify.ts'
import { eventually } from './poll.ts'
import { createTempDir } from './temp-dir.ts'

const PROGRAM = '/usr/sbin/slapd'
const MODULES = '/usr/lib/ldap'
const SCHEMAS = '/etc/ldap/schema'

/** For `describeWith`: why there is no slapd, or null. With `CI=true` that is an error. */
export function slapdUnavailable(): string | null {
  if (existsSync(PROGRAM)) return null
  if (process.env.CI === 'true') throw new Error('slapd is not installed (apt-get install slapd ldap-utils)')
  return 'it is not installed'
}

export interface SlapdOptions {
  readonly suffix: string
  /** What the directory holds at first; operational attributes included. */
  readonly ldif: string
  /** Schema files besides core, cosine, inetorgperson and nis. */
  readonly schemas?: readonly string[]
  /** Lines of slapd.conf before the database, and within it. */
  readonly settings?: readonly string[]
  readonly databaseSettings?: readonly string[]
  readonly certificate?: Certificate
}

/** A slapd of its own, with an empty or loaded database in a temporary directory. */
export interface Slapd {
  readonly ldapUrl: string
  /** Answers only with a certificate. */
  readonly ldapsUrl: string
  /** May do everything. */
  readonly rootDn: string
  readonly rootPassword: string
  /** Applies LDIF: entries to add, or with `changetype`. */
  change(ldif: string): Promise<void>
  stop(): Promise<void>
  /** On the same ports, with the same data; `settings` replace those of the options. */
  start(settings?: readonly string[]): Promise<void>
  /** Dies without a farewell. */
  kill(): Promise<void>
  /** Stands still, as a machine that swaps or a network that swallows: connections are accepted and nothing answers. */
  freeze(): Promise<void>
  thaw(): void
}

export async function startSlapd(options: SlapdOptions): Promise<Slapd> {
  const { suffix, certificate } = options
  const dir = await createTempDir('slapd')
  const [port, tlsPort] = await freePorts(2)
  const ldapUrl = `ldap://127.0.0.1:${port}`
  const ldapsUrl = `ldaps://127.0.0.1:${tlsPort}`
  const rootDn = `cn=root,${suffix}`
  const rootPassword = 'root of the tests'
  const configFile = join(dir, 'slapd.conf')
  const logFile = join(dir, 'slapd.log')

  const write = (settings: readonly string[]) =>
    writeFile(configFile, slapdConf(dir, { ...options, settings }, rootDn, rootPassword))
  await write(options.settings ?? [])
  await mkdir(join(dir, 'data'))
  await writeFile(join(dir, 'initial.ldif'), options.ldif)
  await run('slapadd', ['-q', '-f', configFile, '-l', join(dir, 'initial.ldif')], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  })

  let running: RunningProcess | null = null
  async function start(settings?: readonly string[]): Promise<void> {
    if (settings !== undefined) await write(settings)
    const urls = certificate === undefined ? ldapUrl : `${ldapUrl} ${ldapsUrl}`
    // `-d 0` keeps it in the foreground.
    const started = await startProcess(PROGRAM, ['-d', '0', '-f', configFile, '-h', urls], { logFile })
    running = started
    await eventually(() => started.exit() !== null || isListening(port), { what: `slapd on port ${port}` })
    if (started.exit() !== null) throw new Error(`slapd ended: ${await readFile(logFile, 'utf8')}`)
  }
  await start()

  const signal = (name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => {
    if (running !== null && running.exit() === null) process.kill(running.pid, name)
  }

  return {
    ldapUrl,
    ldapsUrl,
    rootDn,
    rootPassword,
    start,
    change: (ldif) => ldapModify(ldif, { url: ldapUrl, bindDn: rootDn, password: rootPassword }),
    async stop() {
      signal('SIGCONT')
      await running?.stop()
    },
    async kill() {
      signal('SIGKILL')
      await running?.stop()
    },
    async freeze() {
      signal('SIGSTOP')
      await eventually(() => running !== null && isStopped(running.pid), { what: 'slapd to stand still' })
    },
    thaw: () => signal('SIGCONT'),
  }
}

/** The signal reaches one thread after the other, and until then the others go on answering. */
async function isStopped(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`)
  const states = await Promise.all(threads.map((id) => readFile(`/proc/${pid}/task/${id}/stat`, 'utf8')))
  return states.every((line) => /\) T /.test(line))
}

function slapdConf(dir: string, options: SlapdOptions, rootDn: string, rootPassword: string): string {
  const standard = ['core', 'cosine', 'inetorgperson', 'nis'].map((name) => join(SCHEMAS, `${name}.schema`))
  const { certificate } = options
  return [
    ...[...standard, ...(options.schemas ?? [])].map((file) => `include ${file}`),
    `modulepath ${MODULES}`,
    'moduleload back_mdb',
    `pidfile ${join(dir, 'slapd.pid')}`,
    ...(certificate === undefined
      ? []
      : [`TLSCertificateFile ${certificate.certFile}`, `TLSCertificateKeyFile ${certificate.keyFile}`]),
    ...(options.settings ?? []),
    'database mdb',
    `suffix "${options.suffix}"`,
    `rootdn "${rootDn}"`,
    `rootpw "${rootPassword}"`,
    `directory ${join(dir, 'data')}`,
    'maxsize 2147483648',
    'dbnosync',
    'index objectClass eq',
    ...(options.databaseSettings ?? []),
    '',
  ].join('\n')
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** One entry as LDIF. Values are written in base64, so that none of them can break the format. */
export function ldifEntry(
  dn: string,
  attributes: Readonly<Record<string, string | Buffer | readonly (string | Buffer)[]>>,
): string {
  const line = (name: string, value: string | Buffer) =>
    `${name}${value.length === 0 ? ':' : `:: ${Buffer.from(value).toString('base64')}`}`
  const lines = Object.entries(attributes).flatMap(([name, values]) =>
    (Array.isArray(values) ? (values as readonly (string | Buffer)[]) : [values as string | Buffer]).map(
      (value) => line(name, value),
    ),
  )
  return `${[line('dn', dn), ...lines].join('\n')}\n\n`
}
