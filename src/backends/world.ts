import type { Config } from '../config/schema.ts'
import { createSealer } from '../config/sealing.ts'
import { createSecretReader } from '../config/secrets.ts'
import { createResolver } from '../net/resolver.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { BackendWorld } from './context.ts'

/** What a thread needs to build backends as its process does: plain values, which can be sent to it. */
export interface WorldSettings {
  readonly domain: string
  readonly dataDir: string
  readonly dnsServers: readonly string[]
  /** PEM texts of `network.caFile`. */
  readonly authorities: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly sealingKey: Uint8Array
}

export interface WorldParts extends Pick<WorldSettings, 'dataDir' | 'authorities' | 'env' | 'sealingKey'> {
  readonly config: Config
}

export function worldSettings({ config, ...parts }: WorldParts): WorldSettings {
  return { ...parts, domain: config.matrix.domain, dnsServers: config.network.dnsServers }
}

/** Longest wait for one answer of DNS; the timeout of a backend is usually shorter. */
const DNS_TIMEOUT_MS = 3_000

export function createWorld(
  settings: WorldSettings,
  runtime: Runtime,
  storage: Storage | null,
): BackendWorld {
  const { dataDir, env, domain, authorities, dnsServers } = settings
  const sealer = createSealer(Buffer.from(settings.sealingKey), runtime.random)
  return {
    runtime,
    domain,
    dataDir,
    authorities,
    secrets: createSecretReader({ dataDir, env, sealer }),
    resolver: createResolver({ servers: dnsServers, timeoutMs: DNS_TIMEOUT_MS, random: runtime.random }),
    storage,
  }
}
