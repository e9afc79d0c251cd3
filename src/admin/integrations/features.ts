import type { BackendUse } from '../../backends/backend.ts'
import { isUsedFor } from '../../backends/mirrored.ts'
import type { Config } from '../../config/schema.ts'
import {
  featuresOf,
  routesOfFeature,
  type GatewayFeature,
  type GatewayFeatures,
  type GatewayRoute,
} from '../../gateway/snippets/routes.ts'

/** What Signpost does between clients and their homeserver, in the order of the console. */
export const integrationIds = [
  'search',
  'passwords',
  'sign-in',
  'oidc',
  'registration',
  'sign-up',
  'profile',
  'room-invites',
  'appservice',
] as const

export type IntegrationId = (typeof integrationIds)[number]

/** What a feature needs and does not have; the console has a sentence for each. */
export const missingParts = [
  'homeserver-url',
  'backends',
  'client',
  'inviters',
  'tokens',
  'admin-token',
] as const

export interface Missing {
  readonly part: (typeof missingParts)[number]
  /** Whether the configuration is refused without it, so that the feature cannot be switched on yet. */
  readonly blocks: boolean
}

export interface IntegrationState {
  readonly id: IntegrationId
  readonly enabled: boolean
  readonly missing: readonly Missing[]
  /** Paths that the doctor tries through the reverse proxy; empty: the feature needs no rule there. */
  readonly paths: readonly string[]
}

interface Integration {
  /** Of the rules for the proxy; null: it needs none. */
  readonly gateway: GatewayFeature | null
  /** What backends have to be asked for. */
  readonly use?: BackendUse
  readonly missing?: (config: Config) => readonly (Missing | false)[]
}

const integrations: Readonly<Record<IntegrationId, Integration>> = {
  search: { gateway: 'directory', use: 'search' },
  passwords: { gateway: null, use: 'authentication' },
  'sign-in': { gateway: 'authentication' },
  oidc: {
    gateway: 'oidc',
    use: 'authentication',
    missing: ({ authentication }) => [
      authentication.oidc.clients.length === 0 && { part: 'client', blocks: true },
    ],
  },
  registration: { gateway: 'registration' },
  'sign-up': {
    gateway: 'signUp',
    missing: ({ signUp }) => [signUp.adminToken === null && { part: 'admin-token', blocks: true }],
  },
  profile: { gateway: 'profile', use: 'profile' },
  'room-invites': {
    gateway: 'invitations',
    missing: ({ roomInvites: { roles, users } }) => [
      roles.length + users.length === 0 && { part: 'inviters', blocks: true },
    ],
  },
  appservice: {
    gateway: 'appservice',
    missing: ({ appservice: { asToken, hsToken } }) => [
      (asToken === null || hsToken === null) && { part: 'tokens', blocks: false },
    ],
  },
}

/** These two talk to the homeserver only when it asks, or not at all. */
const withoutHomeserver: readonly IntegrationId[] = ['passwords', 'oidc']

/** Every feature as the configuration has it; nobody is asked. */
export function readIntegrations(config: Config): readonly IntegrationState[] {
  return integrationIds.map((id) => ({
    id,
    enabled: isOn(id, config),
    missing: missingOf(id, config),
    paths: routesOf(id).map(({ sample }) => sample.path.replace(/\?.*$/, '')),
  }))
}

/** Those that are switched on. */
export const activeIntegrations = (config: Config): readonly IntegrationId[] =>
  integrationIds.filter((id) => isOn(id, config))

/** Whether requests of clients go on to the homeserver through Signpost for it. */
export const passesOn = (id: IntegrationId): boolean =>
  routesOf(id).some(({ match }) => match.kind === 'client')

/** The features of a proxy's site, with this one on or off; null: it makes no difference there. */
export function gatewayWith(id: IntegrationId, isOn: boolean): Partial<GatewayFeatures> | null {
  const { gateway } = integrations[id]
  return gateway === null ? null : { [gateway]: isOn }
}

function missingOf(id: IntegrationId, config: Config): readonly Missing[] {
  const { use, missing } = integrations[id]
  const found: readonly (Missing | false)[] = [
    config.matrix.homeserverUrl === null &&
      !withoutHomeserver.includes(id) && { part: 'homeserver-url', blocks: true },
    use !== undefined &&
      !config.backends.some((backend) => isUsedFor(backend, use)) && { part: 'backends', blocks: false },
    ...(missing?.(config) ?? []),
  ]
  return found.filter((one) => one !== false)
}

function isOn(id: IntegrationId, config: Config): boolean {
  const { gateway } = integrations[id]
  return gateway === null ? config.authentication.provider.enabled : featuresOf(config)[gateway]
}

function routesOf(id: IntegrationId): readonly GatewayRoute[] {
  const { gateway } = integrations[id]
  return gateway === null ? [] : routesOfFeature(gateway)
}
