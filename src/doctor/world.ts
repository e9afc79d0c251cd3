import type { Config } from '../config/schema.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { SecretReader } from '../config/secrets.ts'
import type { FederationClient } from '../homeserver/federation-client.ts'
import type { NetworkList } from '../net/network-list.ts'
import type { HttpResponse } from '../net/http-client.ts'
import type { ServerDiscovery } from '../net/server-discovery.ts'
import type { Network } from '../network.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { ClientWellKnown } from './client-well-known.ts'
import type { Fact } from './fact.ts'
import type { OpenPort } from './find-public.ts'
import type { Machine } from './machine.ts'
import type { Echoed, Probe } from './probe.ts'

/** The way to the outside, as the configuration has it, with the patience of somebody who waits for a report. */
export interface DoctorNetwork extends Network {
  /** PEM texts of `network.caFile`. */
  readonly authorities: readonly string[]
  readonly discovery: ServerDiscovery
  readonly federation: FederationClient
}

/** What the client API of our homeserver says of itself. */
export interface SeenHomeserver {
  readonly url: string
  readonly versions: HttpResponse
  /** `clock` of the runtime, half-way between question and answer. */
  readonly askedAt: number
}

/** The public URL, taken apart. */
export interface PublicPlace {
  /** Without trailing slash. */
  readonly url: string
  readonly isSecure: boolean
  /** Host name or IP address, without brackets. */
  readonly host: string
  readonly port: number
}

/** What checks look at. Each fact is found out when the first check asks, and once. */
export interface DoctorWorld {
  readonly dataDir: string
  readonly runtime: Runtime
  readonly env: Readonly<Record<string, string | undefined>>
  readonly machine: Machine
  /** Networks that homeservers refuse by default. */
  readonly homeserverBlocklist: NetworkList
  readonly secrets: SecretReader
  /** Of the server that looks at itself; absent: the key file of the data directory. */
  readonly sealingKey?: Buffer

  readonly loaded: Fact<LoadedConfig>
  readonly config: Fact<Config>
  readonly network: Fact<DoctorNetwork>
  readonly storage: Fact<Storage>
  /** The listener on this machine, reached without a proxy: proves that Signpost runs on this very database. */
  readonly server: Fact<Echoed | 'unverified'>
  readonly place: Fact<PublicPlace>
  /** IP addresses of the public name; never empty. */
  readonly publicAddresses: Fact<readonly string[]>
  /** Which of them take connections on the public port. */
  readonly openPort: Fact<OpenPort>
  /** Asks through the public URL. */
  readonly probe: Fact<Probe>
  /** The first request through the public URL that arrived here. */
  readonly door: Fact<Echoed>
  /** The same, where path and query arrive unchanged. */
  readonly passage: Fact<Echoed>
  readonly clientWellKnown: Fact<ClientWellKnown>
  readonly homeserver: Fact<SeenHomeserver>
  /** Lets go of connections, the database and the nonce. */
  close(): Promise<void>
}
