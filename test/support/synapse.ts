import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAuthority, type Authority } from './certificate-authority.ts'
import { startProcess, type RunningProcess } from './child-process.ts'
import { freePorts } from './free-port.ts'
import { eventually } from './poll.ts'
import { withResolvConf } from './resolv-conf.ts'
import { createSynapseClient, type SynapseClient } from './synapse-client.ts'
import { synapseConfig, synapseLogConfig, synapseSigningKey } from './synapse-config.ts'
import { provideSynapse, type SynapseInstallation } from './synapse-unpack.ts'
import { createTempDir, removeTempDir } from './temp-dir.ts'

export type { Answer, OpenIdToken, SynapseUser } from './synapse-client.ts'

export interface SynapseOptions {
  /** Base URL (https) of the identity server that Synapse names to its clients. */
  readonly identityServerUrl: string
  /** PEM file with the authority that signed the identity server's certificate. */
  readonly trustCaFile: string
  /** Default `127.0.0.1:<TLS port>`, a name that resolves to this Synapse without any lookup. */
  readonly serverName?: string
  /** Signs Synapse's own certificate; default: an authority of its own. */
  readonly authority?: Authority
  /** IP address of a DNS server that answers on port 53, instead of the system's. Root only; see `resolv-conf.ts`. */
  readonly nameserver?: string
  /** Top-level keys of `homeserver.yaml` that replace the defaults of `synapse-config.ts`. */
  readonly extraConfig?: Readonly<Record<string, unknown>>
  /** A folder with modules for Synapse. */
  readonly modules?: string
}

export interface Synapse extends SynapseClient {
  readonly serverName: string
  /** Plain HTTP: client and federation API. */
  readonly clientUrl: string
  /** The same over TLS, as other servers see it. */
  readonly federationUrl: string
  /** Authority behind the certificate of `federationUrl`. */
  readonly caFile: string
  /** Access token of a server administrator. */
  readonly adminToken: string
  /** Stops and starts it with the same data and ports; `whileDown` happens in between. */
  restart(whileDown?: () => Promise<void>): Promise<void>
  /** Replaces top-level keys of `homeserver.yaml`; they count from the next start. */
  configure(extraConfig: Readonly<Record<string, unknown>>): Promise<void>
  /** Stands still: connections are taken and nothing answers. */
  freeze(): void
  thaw(): void
  /** Stops it and removes its data. */
  stop(): Promise<void>
  /** All that it has logged, with one INFO line per outgoing request. */
  logText(): Promise<string>
}

/** Starts a homeserver of its own on loopback ports. Takes 3 to 6 seconds once the package is unpacked. */
export async function startSynapse(options: SynapseOptions): Promise<Synapse> {
  const { installation, unavailable } = await provideSynapse()
  if (installation === null) throw new Error(`Synapse is unavailable: ${unavailable}`)

  const dir = await createTempDir('synapse')
  const [httpPort, tlsPort] = await freePorts(2)
  const serverName = options.serverName ?? `127.0.0.1:${tlsPort}`
  const authority = options.authority ?? (await createAuthority(dir))
  const certificate = await authority.issue(certificateNames(serverName))
  const registrationSecret = randomBytes(24).toString('hex')
  const { identityServerUrl, extraConfig: extra = {} } = options
  const settings = { dir, serverName, httpPort, tlsPort, certificate, identityServerUrl, registrationSecret }
  // JSON is YAML: Synapse reads these files as they are.
  const configure = async (more: Readonly<Record<string, unknown>>) =>
    await writeFile(
      join(dir, 'homeserver.yaml'),
      JSON.stringify(synapseConfig({ ...settings, extra: { ...extra, ...more } })),
    )
  await configure({})
  await writeFile(join(dir, 'log.yaml'), JSON.stringify(synapseLogConfig(join(dir, 'homeserver.log'))))
  await writeFile(join(dir, 'signing.key'), synapseSigningKey(), { mode: 0o600 })
  await mkdir(join(dir, 'media'))
  const resolvConf = options.nameserver === undefined ? null : join(dir, 'resolv.conf')
  if (resolvConf !== null) await writeFile(resolvConf, `nameserver ${options.nameserver}\n`)

  const clientUrl = `http://127.0.0.1:${httpPort}`
  const launch = () => launchSynapse(installation, { dir, clientUrl, resolvConf, ...options })
  let running = await launch()
  const client = createSynapseClient(clientUrl, registrationSecret)
  const admin = await client.register('signpost-test-admin', randomBytes(12).toString('hex'), true)

  return {
    ...client,
    serverName,
    clientUrl,
    federationUrl: `https://127.0.0.1:${tlsPort}`,
    caFile: authority.caFile,
    adminToken: admin.accessToken,
    configure,
    restart: async (whileDown) => {
      await running.stop()
      await whileDown?.()
      running = await launch()
    },
    freeze: () => void process.kill(running.pid, 'SIGSTOP'),
    thaw: () => void process.kill(running.pid, 'SIGCONT'),
    stop: async () => {
      await running.stop()
      await removeTempDir(dir)
    },
    logText: () => readLogs(dir),
  }
}

function certificateNames(serverName: string): string[] {
  const host = serverName.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return [...new Set(['localhost', '127.0.0.1', host])]
}

interface Launch extends Pick<SynapseOptions, 'trustCaFile' | 'modules'> {
  readonly dir: string
  readonly clientUrl: string
  /** Takes the place of `/etc/resolv.conf`. */
  readonly resolvConf: string | null
}

async function launchSynapse(
  { python: [python, ...pythonArgs], env }: SynapseInstallation,
  { dir, clientUrl, resolvConf, trustCaFile, modules }: Launch,
): Promise<RunningProcess> {
  const ownArgs = [...pythonArgs, '-m', 'synapse.app.homeserver', '-c', join(dir, 'homeserver.yaml')]
  const [program, ...args] =
    resolvConf === null ? [python, ...ownArgs] : withResolvConf(resolvConf, python, ownArgs)
  const proxies = {
    http_proxy: undefined,
    https_proxy: undefined,
    HTTP_PROXY: undefined,
    HTTPS_PROXY: undefined,
  }
  const running = await startProcess(program, args, {
    cwd: dir,
    // For calls to identity servers Synapse trusts OpenSSL's store, which this variable replaces.
    env: {
      ...proxies,
      ...env,
      PYTHONPATH: [env['PYTHONPATH'], modules].filter((path) => path !== undefined).join(':'),
      SSL_CERT_FILE: trustCaFile,
    },
    logFile: join(dir, 'output.log'),
  })
  try {
    await eventually(() => running.exit() !== null || isHealthy(clientUrl), {
      what: `Synapse on ${clientUrl}`,
      timeoutMs: 90_000,
      intervalMs: 100,
    })
    if (running.exit() !== null) throw new Error(`Synapse ended with ${String(running.exit())}`)
    return running
  } catch (error) {
    await running.stop()
    throw new Error(`Synapse did not start; its last lines:\n${await readLogs(dir, 30)}`, { cause: error })
  }
}

async function isHealthy(clientUrl: string): Promise<boolean> {
  const response = await fetch(`${clientUrl}/health`, { signal: AbortSignal.timeout(2_000) })
  return response.ok
}

async function readLogs(dir: string, lastLines = Number.POSITIVE_INFINITY): Promise<string> {
  const texts = ['output.log', 'homeserver.log'].map((name) =>
    readFile(join(dir, name), 'utf8').catch(() => ''),
  )
  return (await Promise.all(texts)).join('').split('\n').slice(-lastLines).join('\n')
}
