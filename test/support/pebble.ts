import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:https'
import { join } from 'node:path'
import { createAuthority } from './certificate-authority.ts'
import { startProcess, type RunningProcess } from './child-process.ts'
import { eventually } from './poll.ts'
import { createTempDir } from './temp-dir.ts'

const PROGRAM = '/usr/bin/pebble'
const PORT = 14_000
const MANAGEMENT_PORT = 15_000

/** For `describeWith`: why there is no Pebble, or null. With `CI=true` that is an error. */
export function pebbleUnavailable(): string | null {
  if (existsSync(PROGRAM)) return null
  if (process.env.CI === 'true') throw new Error('pebble is not installed (apt-get install pebble)')
  return 'it is not installed'
}

export interface PebbleOptions {
  /** Where it listens: an address of its own keeps its ports from being somebody else's, too. */
  readonly ip: string
  /** Where it looks for http-01 and for tls-alpn-01. */
  readonly httpPort: number
  readonly tlsPort: number
  /** `127.0.0.1:5353`; the names of the certificates are resolved there. */
  readonly dnsServer: string
  /** Accounts that are known beforehand: key id to HMAC key. No others are opened then. */
  readonly externalAccounts?: Readonly<Record<string, string>>
}

/** Pebble, Let's Encrypt's ACME server for tests. It forgets everything when it is stopped. */
export interface Pebble {
  readonly port: number
  /** `https://IP:PORT/dir` */
  readonly directory: string
  /** The authority that signs the server itself. */
  readonly caFile: string
  readonly caPem: string
  /** The root of what it issues: another one after each start. */
  rootPem(): Promise<string>
  stop(): Promise<void>
  /** Again, on the same ports. */
  start(): Promise<void>
}

export async function startPebble(options: PebbleOptions): Promise<Pebble> {
  const { externalAccounts, ip } = options
  const dir = await createTempDir('pebble')
  const authority = await createAuthority(dir)
  const { certFile, keyFile } = await authority.issue(['localhost', ip])
  const configFile = join(dir, 'config.json')
  const logFile = join(dir, 'pebble.log')
  const config = {
    listenAddress: `${ip}:${PORT}`,
    managementListenAddress: `${ip}:${MANAGEMENT_PORT}`,
    certificate: certFile,
    privateKey: keyFile,
    httpPort: options.httpPort,
    tlsPort: options.tlsPort,
    externalAccountBindingRequired: externalAccounts !== undefined,
    ...(externalAccounts === undefined ? {} : { externalAccountMACKeys: externalAccounts }),
  }
  await writeFile(configFile, JSON.stringify({ pebble: config }))
  const directory = `https://${ip}:${PORT}/dir`
  const agent = new Agent({ ca: authority.caPem })

  let running: RunningProcess | null = null
  async function start(): Promise<void> {
    const started = await startProcess(PROGRAM, ['-config', configFile, '-dnsserver', options.dnsServer], {
      logFile,
      // No pauses on purpose, every name checked for every order, and a tenth of the good nonces refused.
      env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0', PEBBLE_WFE_NONCEREJECT: '10' },
    })
    running = started
    await eventually(async () => started.exit() !== null || (await fetchText(directory, agent)) !== '', {
      what: 'pebble',
    })
    if (started.exit() !== null) throw new Error(`pebble ended: ${await readFile(logFile, 'utf8')}`)
  }
  await start()

  return {
    port: PORT,
    directory,
    caFile: authority.caFile,
    caPem: authority.caPem,
    rootPem: () => fetchText(`https://${ip}:${MANAGEMENT_PORT}/roots/0`, agent),
    start,
    stop: async () => await running?.stop(),
  }
}

function fetchText(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve(text))
    }).on('error', reject)
  })
}
