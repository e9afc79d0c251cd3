import type { Config } from '../../config/schema.ts'
import type { DoctorWorld } from '../../doctor/world.ts'
import { readHomeserverYaml } from '../../gateway/homeserver-yaml/read-homeserver-yaml.ts'
import { factsOf } from '../../gateway/snippets/homeservers/facts.ts'
import { publicAddressesOf } from '../../gateway/snippets/homeservers/public-addresses.ts'
import { renderForHomeserver } from '../../gateway/snippets/homeservers/render.ts'
import { proxyRenderers } from '../../gateway/snippets/proxies/render.ts'
import { siteOf } from '../../gateway/snippets/site.ts'
import { wellKnownSnippet } from '../../gateway/snippets/well-known.ts'
import type { PublicTls } from '../../gateway/tls/public-tls.ts'
import { synapseBlocklist } from '../../homeserver/synapse-blocklist.ts'
import { createResolver } from '../../net/resolver.ts'
import { publicUrl } from '../../public-url.ts'
import type { Runtime } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import { discoverDomain } from '../wizard/discover.ts'
import type { gatewayContract } from './contract.ts'
import { judgePair } from './judge-pair.ts'

export interface GatewayOptions {
  readonly dataDir: string
  readonly runtime: Runtime
  readonly config: () => Config
  /** The configuration as it would be with the wizard's draft. Throws `ConfigError`. */
  readonly draft: () => Promise<Config>
  readonly tls: Pick<PublicTls, 'status' | 'retry'>
  /** What the doctor looks at; it is closed afterwards. */
  readonly openWorld: () => DoctorWorld
  /** PEM texts of `network.caFile`. */
  readonly authorities: readonly string[]
}

/** Longest wait for DNS, which tells whether a Synapse would refuse our address. */
const LOOKUP_TIMEOUT_MS = 3_000

export function createGatewayHandlers(options: GatewayOptions): Handlers<typeof gatewayContract> {
  const { runtime } = options
  const chosen = async (draft: boolean) => (draft ? await options.draft() : options.config())
  return {
    async 'GET /api/gateway/proxy/{kind}'({ params, query }) {
      return proxyRenderers[params.kind](siteOf(await chosen(query.draft)))
    },

    async 'GET /api/gateway/homeserver/{kind}'({ params: { kind }, query }) {
      const config = await chosen(query.draft)
      const needsAddresses = kind === 'synapse' || kind === 'dns'
      const addresses = needsAddresses ? await publicAddressesOf(config, runtime.random) : null
      const isRefused = (address: string) => synapseBlocklist.contains(address)
      return renderForHomeserver(kind, config, factsOf(config, { mas: query.mas, addresses, isRefused }))
    },

    async 'GET /api/gateway/well-known/{which}'({ params, query }) {
      const config = await chosen(query.draft)
      const clientUrl = query.clientUrl ?? config.matrix.homeserverUrl
      const facts = factsOf(config, clientUrl === null ? {} : { clientUrl: new URL(clientUrl).origin })
      return wellKnownSnippet(facts, params.which)
    },

    async 'GET /api/gateway/tls'() {
      return { ...(await options.tls.status()), publicUrl: publicUrl(options.config()) }
    },

    async 'POST /api/gateway/tls/renew'() {
      if (!options.tls.retry()) throw new AdminError('not-possible')
      return {}
    },

    async 'GET /api/gateway/homeserver'() {
      const { matrix } = options.config()
      const world = options.openWorld()
      try {
        return await discoverDomain(await world.network.need(), matrix.domain, matrix.homeserverUrl)
      } finally {
        await world.close()
      }
    },

    async 'POST /api/gateway/tls/judge'({ body }) {
      return await judgePair(body, options)
    },

    async 'POST /api/gateway/homeserver-yaml'({ body }) {
      const config = await chosen(body.draft)
      const { dnsServers } = config.network
      const resolver = createResolver({
        servers: dnsServers,
        timeoutMs: LOOKUP_TIMEOUT_MS,
        random: runtime.random,
      })
      const { findings, change } = await readHomeserverYaml(body.files, config, { resolver })
      return { findings, diff: change.diff }
    },
  }
}
