import type { Config } from '../config/schema.ts'
import type { SecretReader } from '../config/secrets.ts'
import type { RemoteLookup } from '../lookup/remote.ts'
import type { SigningKey } from '../matrix/signing.ts'
import type { HttpClient } from '../net/http-client.ts'
import type { Resolver } from '../net/resolver.ts'
import type { Runtime } from '../runtime.ts'
import { createAnswerCache } from './answer-cache.ts'
import { createPeerAsker, type ObservePeer } from './ask-peer.ts'
import { createBridges } from './bridge.ts'
import { createCentral } from './central.ts'
import { createPeerDiscovery, type PeerDiscovery } from './discovery.ts'
import { createDomainLookup } from './domain-lookup.ts'
import { createDomainRules, type DomainRules } from './domains.ts'
import { createOpenIdTokens } from './openid-token.ts'
import { createPeerAccounts, type PeerAccounts } from './peer-accounts.ts'
import { createPeerClient, type PeerClient } from './peer-client.ts'
import { createPeerHealth } from './peer-health.ts'
import { createPeerKeys, type PeerKeys } from './peer-keys.ts'
import { createPeppers } from './peppers.ts'
import { createProtocols, type Protocol, type Protocols } from './protocol.ts'
import { createRemoteLookup, type RemoteLookupOptions } from './remote.ts'
import type { RemoteSource } from './remote-source.ts'
import { createSignedLookup, type SignedLookup } from './signed-lookup.ts'
import { createV1Lookup } from './v1-lookup.ts'
import { createV2Lookup } from './v2-lookup.ts'

export interface OutboundOptions {
  readonly config: Config
  /** Names under which others know this server. */
  readonly ownNames: readonly string[]
  readonly runtime: Runtime
  readonly http: HttpClient
  readonly resolver: Resolver
  readonly secrets: SecretReader
  /** The key that signs. Throws PeerFailure when there is none yet. */
  readonly signer: () => SigningKey
  readonly budget: RemoteLookupOptions['budget']
  readonly observe?: ObservePeer
}

/** Everything that asks other identity servers, as one configuration has it. */
export interface Outbound {
  readonly remote: RemoteLookup
  readonly keys: PeerKeys
  readonly discovery: PeerDiscovery
  readonly client: PeerClient
  readonly rules: DomainRules
  readonly signed: SignedLookup
  /** How peers are asked, the best way that both sides allow. */
  readonly protocols: Protocols
  /** Null when no account is configured. */
  readonly v2: Protocol | null
  /** Null when no account is configured. */
  readonly accounts: PeerAccounts | null
}

export function createOutbound(options: OutboundOptions): Outbound {
  const { config, runtime, http, resolver, secrets, signer, budget, observe = () => {} } = options
  const { clock, random } = runtime
  const { outbound, central, bridges, account } = config.federation
  const { timeout: timeoutMs, cache } = outbound
  const origin = config.matrix.domain

  const discovery = createPeerDiscovery({ resolver, clock, lifetimes: cache })
  const client = createPeerClient({ http, timeoutMs })
  const keys = createPeerKeys({ discovery, client, clock })
  const rules = createDomainRules(config.federation, options.ownNames)
  const health = createPeerHealth(runtime, cache.unreachable)
  const asker = createPeerAsker({
    runtime,
    cache: createAnswerCache(cache, clock),
    health,
    timeoutMs,
    observe,
  })

  const signed = createSignedLookup({
    client,
    keys,
    peppers: createPeppers(clock),
    clock,
    random,
    origin,
    signer,
  })
  const accounts = accountsOf(account, { config, secrets, http, client })
  const v2 = accounts === null ? null : createV2Lookup({ accounts, peppers: createPeppers(clock) })
  const v1 = outbound.plain ? createV1Lookup({ client, keys, clock }) : null
  const protocols = createProtocols({
    protocols: [signed, v2, v1].filter((protocol) => protocol !== null),
    clock,
  })

  const sources: readonly (RemoteSource | null)[] = [
    outbound.enabled ? createDomainLookup({ rules, discovery, protocols, client, asker }) : null,
    createBridges({ config: bridges, client, asker }),
    ...central.map((one) => createCentral({ config: one, v2, asker })),
  ]
  const remote = createRemoteLookup({
    config,
    sources: sources.filter((source) => source !== null),
    budget,
  })
  return { remote, keys, discovery, client, rules, signed, protocols, v2, accounts }
}

function accountsOf(
  { userId, accessToken }: Config['federation']['account'],
  {
    config,
    secrets,
    http,
    client,
  }: Pick<OutboundOptions, 'config' | 'secrets' | 'http'> & { client: PeerClient },
): PeerAccounts | null {
  if (userId === null || accessToken === null) return null
  const terms = new Map(config.federation.central.map((one) => [one.url, one.terms]))
  return createPeerAccounts({
    client,
    openId: createOpenIdTokens({ matrix: config.matrix, userId, accessToken, secrets, http }),
    accepted: (peer) => (peer.trust === 'operator' ? (terms.get(peer.name) ?? []) : []),
  })
}
