import { loadConfig, type LoadedConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { SecretReader } from '../config/secrets.ts'
import { tlsStatus } from '../gateway/tls/status.ts'
import { createFederationClient } from '../homeserver/federation-client.ts'
import { homeserverPins } from '../homeserver/pins.ts'
import type { HttpClient } from '../net/http-client.ts'
import type { NetworkList } from '../net/network-list.ts'
import { createServerDiscovery } from '../net/server-discovery.ts'
import { createWellKnown } from '../net/well-known.ts'
import { createNetwork } from '../network.ts'
import { authoritiesOf } from '../pem-files.ts'
import type { Runtime } from '../runtime.ts'
import { storageOptionsOf } from '../storage-options.ts'
import { readClientWellKnown } from './client-well-known.ts'
import { fact, NotPossible, type Fact } from './fact.ts'
import { findHomeserver, toldUrl } from './find-homeserver.ts'
import { findAddresses, findDoor, findOpenPort, findPlace } from './find-public.ts'
import { tryPassage } from './find-passage.ts'
import { findServer } from './find-server.ts'
import { thisMachine, type Machine } from './machine.ts'
import { makeNonce } from './nonce.ts'
import { openInTime } from './open-in-time.ts'
import { createProbe } from './probe.ts'
import { secretsWithoutTraces } from './secrets.ts'
import { synapseBlocklist } from '../homeserver/synapse-blocklist.ts'
import type { DoctorNetwork, DoctorWorld } from './world.ts'

export interface WorldOptions {
  readonly dataDir: string
  readonly runtime: Runtime
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default: the real one. */
  readonly machine?: Machine
  /** Default: Synapse's. */
  readonly homeserverBlocklist?: NetworkList
  /** Default: what is in the data directory. The wizard looks at a draft. */
  readonly load?: () => Promise<LoadedConfig>
  /** Default: they are opened with the key file of the data directory. */
  readonly secrets?: SecretReader
  /** Of the server that looks at itself; absent: the key file of the data directory. */
  readonly sealingKey?: Buffer
  /** Stands in front of the HTTP client; tests move ports that belong to root. */
  readonly adaptHttp?: (http: HttpClient) => HttpClient
}

/** One request of a check. Several in turn fit into the limit of a check that asks several. */
const REQUEST_MS = 3_000
/** Shorter, so that silence of DNS is told from a server that is slow. */
const DNS_MS = 2_500

/** What the checks of one run look at. Nothing is opened before a check asks. `close()` it at the end. */
export function openDoctorWorld(options: WorldOptions): DoctorWorld {
  const { dataDir, runtime, env, machine = thisMachine, homeserverBlocklist = synapseBlocklist } = options
  const { secrets = secretsWithoutTraces(options), load = () => loadConfig(dataDir) } = options

  const loaded = fact('a configuration that can be used', load)
  const config = fact('a configuration that can be used', async () => (await loaded.need()).config)
  const network = fact('the certification authorities of network.caFile', async () => {
    const current = await config.need()
    const authorities = await authoritiesOf(current, dataDir)
    return networkOf(current, [...authorities, ...(await ownAuthority(current, options))], options)
  })
  const storage = fact('the database', async () => {
    const storageOptions = await storageOptionsOf(await config.need(), dataDir, secrets)
    return await openInTime(storageOptions, runtime)
  })
  const nonce = fact('a database that can be written', async () => makeNonce(await storage.need(), runtime))

  const place = fact('a public URL', async () => findPlace(await config.need()))
  const publicAddresses = fact('an IP address of the public name', async () =>
    findAddresses((await network.need()).resolver, await place.need()),
  )
  const openPort = fact('a public port that takes connections', async () =>
    findOpenPort(await publicAddresses.need(), (await place.need()).port),
  )
  const probe = fact('the database', async () => {
    const { http } = await network.need()
    const { url } = await place.need()
    const { text } = await nonce.need()
    return createProbe({ http, nonce: text, url, timeoutMs: REQUEST_MS })
  })
  const server = fact('a running Signpost', async () =>
    findServer(await config.need(), await network.need(), async () => (await nonce.need()).text),
  )
  const door = fact('a public URL that leads here', async () => {
    await server.need()
    await openPort.need()
    return await findDoor(await probe.need())
  })
  const passage = fact('paths that arrive as they are sent', async () => {
    const first = await door.need()
    await tryPassage(first, await probe.need())
    return first
  })
  const clientWellKnown = fact('a Matrix domain', async () => {
    const { domain } = (await config.need()).matrix
    if (domain === 'localhost') throw new NotPossible('This needs a Matrix domain.')
    return await readClientWellKnown((await network.need()).http, domain)
  })
  const homeserver = fact('the client API of the homeserver', async () => {
    const { domain, homeserverUrl } = (await config.need()).matrix
    const url = homeserverUrl ?? toldUrl(domain, await clientWellKnown.need())
    return await findHomeserver(url, (await network.need()).http, runtime.clock)
  })

  return {
    ...{ dataDir, runtime, env, machine, homeserverBlocklist, secrets },
    ...(options.sealingKey === undefined ? {} : { sealingKey: options.sealingKey }),
    ...{
      loaded,
      config,
      network,
      storage,
      server,
      place,
      publicAddresses,
      openPort,
      probe,
      door,
      passage,
      clientWellKnown,
      homeserver,
    },
    async close() {
      // The nonce ends by itself, too.
      await (await settled(nonce))?.end().catch(() => {})
      await (await settled(storage))?.close()
      await (await settled(network))?.http.close()
    },
  }
}

/** What came of a fact, if anybody asked for it and anything did. */
async function settled<T>({ seen }: Fact<T>): Promise<T | null> {
  return (await seen()?.catch(() => null)) ?? null
}

/** The authority of mode `selfSigned`, which clients have to install. Here it counts as installed. */
async function ownAuthority(config: Config, { dataDir, runtime }: WorldOptions): Promise<readonly string[]> {
  if (config.server.tls.mode !== 'selfSigned') return []
  const { authorityPem } = await tlsStatus({ config, dataDir, authorities: [], runtime })
  return authorityPem === null ? [] : [authorityPem]
}

function networkOf(
  config: Config,
  authorities: readonly string[],
  { runtime, adaptHttp = (http) => http }: WorldOptions,
): DoctorNetwork {
  const timeout = Math.min(config.network.timeout, DNS_MS)
  const impatient = { ...config, network: { ...config.network, timeout } }
  const network = createNetwork({ config: impatient, runtime, authorities })
  const { resolver } = network
  const http = adaptHttp({
    ...network.http,
    request: (request) => network.http.request({ timeoutMs: REQUEST_MS, ...request }),
  })
  const wellKnown = createWellKnown({ http, clock: runtime.clock, random: runtime.random })
  const discovery = createServerDiscovery({ pins: homeserverPins(config), wellKnown, resolver })
  return { ...network, http, authorities, discovery, federation: createFederationClient({ discovery, http }) }
}
