import type { Config } from '../../../config/schema.ts'
import { publicUrl } from '../../../public-url.ts'
import { featuresOf, type GatewayFeatures } from '../routes.ts'
import { isLocal, listenerOf, originOf, upstreamFrom } from '../upstream.ts'

/** What the snippets for homeservers and DNS tell others about Signpost. */
export interface HomeserverFacts {
  /** The Matrix domain, without a port. */
  readonly domain: string
  /** Base URL of Signpost for everybody. */
  readonly identityUrl: string
  /** Signpost as clients name it to the homeserver: the base URL without its scheme. */
  readonly idServer: string
  /** Base URL under which clients reach the homeserver; null: not known. */
  readonly clientUrl: string | null
  /** Base URL of Signpost for the homeserver, the shorter way where there is one. */
  readonly directUrl: string
  readonly features: GatewayFeatures
  /** Whether the homeserver asks Signpost about passwords, and has to send a secret along; null: it does not ask. */
  readonly passwords: { readonly secret: boolean } | null
  /** Matrix Authentication Service as it stands among the clients of the OpenID provider; null: it does not yet. */
  readonly masClient: MasClient | null
  /** True when text messages can be sent. */
  readonly phones: boolean
  /** Who may use v1; empty: everybody. */
  readonly v1Networks: readonly string[]
  /** True when the homeserver leaves accounts to Matrix Authentication Service. */
  readonly mas: boolean
  /** Addresses of Signpost's public name; null: not known. */
  readonly addresses: readonly string[] | null
  /** Those of them that a Synapse refuses unless they are allowed. */
  readonly refused: readonly string[]
}

export interface MasClient {
  readonly id: string
  /** The ULID by which MAS knows Signpost, from the redirect URI. */
  readonly provider: string
  readonly secretBy: 'basic' | 'post'
}

export interface FactOptions {
  readonly clientUrl?: string
  readonly directUrl?: string
  readonly features?: Partial<GatewayFeatures>
  readonly mas?: boolean
  readonly addresses?: readonly string[] | null
  readonly isRefused?: (address: string) => boolean
}

/** The facts of a configuration, and what is known beyond it. */
export function factsOf(config: Config, options: FactOptions = {}): HomeserverFacts {
  const identityUrl = publicUrl(config)
  const addresses = options.addresses ?? null
  const { provider } = config.authentication
  return {
    domain: config.matrix.domain.replace(/:\d+$/, ''),
    identityUrl,
    idServer: identityUrl.replace(/^https?:\/\//, ''),
    clientUrl: options.clientUrl ?? null,
    directUrl: options.directUrl ?? directUrlOf(config, identityUrl),
    features: { ...featuresOf(config), ...options.features },
    passwords: provider.enabled ? { secret: provider.secret !== null } : null,
    masClient: masClientOf(config),
    phones: config.notifications.sms.transport !== 'none',
    v1Networks: config.identityV1.allow,
    mas: options.mas ?? false,
    addresses,
    refused: (addresses ?? []).filter((address) => options.isRefused?.(address) ?? false),
  }
}

/** MAS is known by where it has people sent back to: /upstream/callback/ULID. */
function masClientOf({ authentication }: Config): MasClient | null {
  for (const { id, secretBy, redirectUris } of authentication.oidc.clients) {
    for (const uri of redirectUris) {
      const provider = /\/upstream\/callback\/([0-7][0-9A-HJKMNP-TV-Z]{25})$/.exec(uri)?.[1]
      if (provider !== undefined) return { id, provider, secretBy }
    }
  }
  return null
}

/** A homeserver on the same machine needs neither DNS nor a certificate. */
function directUrlOf(config: Config, identityUrl: string): string {
  const { homeserverUrl } = config.matrix
  const homeserver = homeserverUrl === null ? null : upstreamFrom(homeserverUrl)
  if (homeserver === null || !isLocal(homeserver) || config.server.listen.port === 0) return identityUrl
  const listener = listenerOf(config)
  return listener.tls ? identityUrl : originOf(listener)
}
