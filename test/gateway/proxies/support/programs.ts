import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { run, startProcess } from '../../../support/child-process.ts'
import { eventually } from '../../../support/poll.ts'
import { createTempDir } from '../../../support/temp-dir.ts'

/** How one of the proxies of Debian is run: what stands around a site, and the commands. */
export interface ProxyProgram {
  readonly name: string
  readonly program: string
  readonly package: string
  /** The configuration of the whole proxy, with these sites in it. */
  wrap(sites: readonly string[], dir: string, ports: readonly number[]): string
  check(file: string): readonly string[]
  /** The lines of a check that an administrator would wonder about. */
  complaints(said: string): readonly string[]
  start(file: string): readonly string[]
  /** Where several sites of one proxy cannot share a port. */
  readonly ownPorts: boolean
}

export interface RunningProxy {
  stop(): Promise<void>
}

/** For `describeWith`: why the proxy is not there, or null. With `CI=true` that is an error. */
export function proxyUnavailable({ program, package: name }: ProxyProgram): string | null {
  if (process.platform !== 'linux') return 'visitors need a second loopback address'
  if (existsSync(program)) return null
  if (process.env.CI === 'true') throw new Error(`${program} is missing (apt-get install ${name})`)
  return 'it is not installed'
}

/** Runs the proxy's own check of its configuration. Rejects with what it says; resolves with its warnings. */
export async function checkProxy(
  proxy: ProxyProgram,
  sites: readonly string[],
  ports: readonly number[],
): Promise<string> {
  const dir = await createTempDir(proxy.name)
  const file = join(dir, 'proxy.conf')
  await writeFile(file, proxy.wrap(sites, dir, ports))
  const { stdout, stderr } = await run(proxy.program, [...proxy.check(file)], { env: environment(dir) })
  return stdout + stderr
}

/** Starts the proxy with these sites and waits until each port is open. */
export async function startProxy(
  proxy: ProxyProgram,
  sites: readonly string[],
  ports: readonly number[],
): Promise<RunningProxy> {
  const dir = await createTempDir(proxy.name)
  const file = join(dir, 'proxy.conf')
  const logFile = join(dir, 'output.log')
  await writeFile(file, proxy.wrap(sites, dir, ports))
  const started = await startProcess(proxy.program, proxy.start(file), { logFile, env: environment(dir) })
  const isOpen = async () => (await Promise.all(ports.map(isListening))).every(Boolean)
  await eventually(async () => started.exit() !== null || (await isOpen()), {
    what: `${proxy.name} to listen`,
    timeoutMs: 60_000,
  })
  if (started.exit() !== null) throw new Error(`${proxy.name} ended: ${await readFile(logFile, 'utf8')}`)
  return { stop: () => started.stop() }
}

/** Caddy keeps its state below these. */
const environment = (dir: string) => ({ ...process.env, HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir })

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

const linesWith = (said: string, pattern: RegExp) => said.split('\n').filter((line) => pattern.test(line))

/** What the frame of the tests causes, and what `proxies/caddy.ts` explains. */
const expectedOfCaddy =
  /stapling OCSP|redirects are disabled|input is not formatted|Unnecessary header_up Host/

const isRoot = process.geteuid?.() === 0

/** The essentials of Debian's nginx.conf. */
const nginx: ProxyProgram = {
  name: 'nginx',
  program: '/usr/sbin/nginx',
  package: 'nginx-light',
  ownPorts: false,
  wrap: (sites, dir) => `
    ${isRoot ? 'user root;' : ''}
    worker_processes 1;
    daemon off;
    pid ${dir}/nginx.pid;
    error_log ${dir}/error.log;
    events { worker_connections 768; }
    http {
      sendfile on;
      tcp_nopush on;
      types_hash_max_size 2048;
      server_names_hash_max_size 2048;
      default_type application/octet-stream;
      access_log off;
      gzip on;
      client_body_temp_path ${dir}/body;
      proxy_temp_path ${dir}/proxy;
      fastcgi_temp_path ${dir}/fastcgi;
      uwsgi_temp_path ${dir}/uwsgi;
      scgi_temp_path ${dir}/scgi;
      ${sites.join('\n')}
    }
  `,
  check: (file) => ['-t', '-c', file],
  complaints: (said) => linesWith(said, /\[(warn|error|crit|alert|emerg)\]/),
  start: (file) => ['-c', file],
}

const apacheModules = [
  ...['mpm_event', 'authz_core', 'alias', 'headers', 'rewrite', 'setenvif', 'socache_shmcb', 'ssl'],
  ...['proxy', 'proxy_http', 'proxy_wstunnel', 'reqtimeout'],
]

const apache: ProxyProgram = {
  name: 'apache',
  program: '/usr/sbin/apache2',
  package: 'apache2',
  ownPorts: false,
  wrap: (sites, dir, ports) => `
${apacheModules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerRoot ${dir}
DefaultRuntimeDir ${dir}
PidFile ${dir}/apache.pid
ErrorLog ${dir}/error.log
ServerName localhost
${isRoot ? 'User www-data\nGroup www-data' : ''}
RequestReadTimeout header=20-40,minrate=500 body=10,minrate=500
StartServers 1
<Directory />
  AllowOverride None
  Require all denied
</Directory>
${ports.map((port) => `Listen ${port}`).join('\n')}
${sites.join('\n')}
`,
  check: (file) => ['-t', '-f', file],
  complaints: (said) => linesWith(said, /^(?!Syntax OK$)./),
  start: (file) => ['-D', 'FOREGROUND', '-f', file],
}

const caddy: ProxyProgram = {
  name: 'caddy',
  program: '/usr/bin/caddy',
  package: 'caddy',
  ownPorts: false,
  wrap: (sites) =>
    `{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n${sites.join('\n')}`,
  check: (file) => ['validate', '--adapter', 'caddyfile', '--config', file],
  complaints: (said) =>
    linesWith(said, /"level":"(warn|error)"/).filter((line) => !expectedOfCaddy.test(line)),
  start: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
}

/** Front ends and back ends have names, which differ only when there is more than one site. */
const haproxy: ProxyProgram = {
  name: 'haproxy',
  program: '/usr/sbin/haproxy',
  package: 'haproxy',
  ownPorts: true,
  wrap: (sites) => `
global
  nbthread 1
defaults
  mode http
  timeout connect 5000
  timeout client 50000
  timeout server 50000
${sites.map((site, n) => site.replaceAll(/^( *)(frontend|backend|use_backend) (\w+)/gm, `$1$2 $3-${n}`)).join('\n')}
`,
  check: (file) => ['-c', '-f', file],
  complaints: (said) => linesWith(said, /^(?!Configuration file is valid$)./),
  start: (file) => ['-db', '-f', file],
}

/** Nginx Proxy Manager is an nginx; only the frame around a site is its own. */
export const proxyPrograms = { nginx, apache, caddy, haproxy, npm: nginx } as const
