import type { Config } from '../../config/schema.ts'
import { DnsFailure, type Resolver } from '../../net/resolver.ts'
import { parseIp } from '../../net/ip-address.ts'
import { factsOf, type HomeserverFacts } from '../snippets/homeservers/facts.ts'
import type { SynapseSettings } from './settings.ts'

/** What the checks look at: the homeserver's settings beside ours. */
export interface ReaderWorld {
  readonly settings: SynapseSettings
  readonly config: Config
  readonly facts: HomeserverFacts
  /** Host of our public URL, without brackets. */
  readonly host: string
  /** Its addresses as this machine sees them; null when DNS gave no answer. */
  readonly addresses: readonly string[] | null
  /** Whether accounts are left to Matrix Authentication Service. */
  readonly mas: boolean
}

export async function readerWorld(
  settings: SynapseSettings,
  config: Config,
  resolver: Resolver,
): Promise<ReaderWorld> {
  const bare = factsOf(config)
  const host = new URL(bare.identityUrl).hostname.replace(/^\[|\]$/g, '')
  const addresses = parseIp(host) === null ? await resolve(resolver, host) : [host]
  const mas =
    settings.matrix_authentication_service?.enabled === true ||
    settings.experimental_features?.msc3861?.enabled === true
  return { settings, config, facts: factsOf(config, { addresses, mas }), host, addresses, mas }
}

async function resolve(resolver: Resolver, host: string): Promise<readonly string[] | null> {
  try {
    return await resolver.addresses(host)
  } catch (error) {
    if (error instanceof DnsFailure) return null
    throw error
  }
}
