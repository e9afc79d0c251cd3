import type { Config } from '../../config/schema.ts'
import { clientVersions } from '../../intercepts/target.ts'
import { oidcPath } from '../../oidc/path.ts'
import { signUpPath } from '../../sign-up/path.ts'

/** What Signpost can be switched on to answer, as far as a reverse proxy has to know it. */
export interface GatewayFeatures {
  /** The Identity Service API, v2 and whatever of v1 is open. */
  readonly identity: boolean
  /** The old API (v1). On its own it means v1 alone. */
  readonly identityV1: boolean
  /** Searching people of the directories in Matrix clients. */
  readonly directory: boolean
  /** Signing in with an e-mail address or a directory's password. */
  readonly authentication: boolean
  /** Who may register with which address. */
  readonly registration: boolean
  /** Names of people as the directories have them. */
  readonly profile: boolean
  /** Who may invite which address. */
  readonly invitations: boolean
  /** What the homeserver tells an application service. */
  readonly appservice: boolean
  /** The page on which invited people sign up. */
  readonly signUp: boolean
  /** The OpenID provider that Matrix Authentication Service can sign people in with. */
  readonly oidc: boolean
  /** The proof that a certification authority asks for, when nothing but the proxy listens on port 80. */
  readonly acmeChallenge: boolean
}

export type GatewayFeature = keyof GatewayFeatures

export const gatewayFeatures = [
  'identity',
  'identityV1',
  'directory',
  'authentication',
  'registration',
  'profile',
  'invitations',
  'appservice',
  'signUp',
  'oidc',
  'acmeChallenge',
] as const satisfies readonly GatewayFeature[]

/**
 * Which requests: everything below a path that ends with a slash; or one endpoint of the client-server API, by what
 * follows `/_matrix/client/<version>/`, in the regular expressions that PCRE, RE2 and JavaScript have in common.
 */
export type RouteMatch =
  { readonly kind: 'prefix'; readonly path: string } | { readonly kind: 'client'; readonly tail: string }

/** Requests that a reverse proxy has to pass to Signpost instead of the homeserver. */
export interface GatewayRoute {
  /** Stable: the doctor and the tests name routes by it. */
  readonly name: string
  readonly feature: GatewayFeature
  readonly match: RouteMatch
  /** The methods that the endpoint has, without HEAD and OPTIONS; null: whatever comes. */
  readonly methods: readonly ('GET' | 'POST' | 'PUT')[] | null
  /** True where other methods on the same paths belong to the homeserver. Elsewhere it has no others. */
  readonly shared: boolean
  /** A request that takes this route; it changes nothing, whoever answers it. */
  readonly sample: { readonly method: 'GET' | 'POST' | 'OPTIONS'; readonly path: string }
}

const prefix = (path: string): RouteMatch => ({ kind: 'prefix', path })
const client = (tail: string): RouteMatch => ({ kind: 'client', tail })
const whatever = { methods: null, shared: false } as const

/** In the order in which a proxy has to try them; the homeserver comes after all of them. */
const catalogue: readonly GatewayRoute[] = [
  {
    name: 'identity',
    feature: 'identity',
    match: prefix('/_matrix/identity/'),
    ...whatever,
    sample: { method: 'GET', path: '/_matrix/identity/v2' },
  },
  {
    name: 'identity-v1',
    feature: 'identityV1',
    match: prefix('/_matrix/identity/api/v1/'),
    ...whatever,
    sample: { method: 'GET', path: '/_matrix/identity/api/v1/pubkey/isvalid?public_key=none' },
  },
  {
    name: 'login',
    feature: 'authentication',
    // Not login/sso/..., login/get_token or login/cas, which are the homeserver's.
    match: client('login/?'),
    methods: ['GET', 'POST'],
    shared: false,
    sample: { method: 'GET', path: '/_matrix/client/v3/login' },
  },
  {
    name: 'user-directory',
    feature: 'directory',
    match: client('user_directory/search/?'),
    methods: ['POST'],
    shared: false,
    sample: { method: 'OPTIONS', path: '/_matrix/client/v3/user_directory/search' },
  },
  {
    name: 'registration-token',
    feature: 'registration',
    match: client('register/[^/]+/requestToken/?'),
    methods: ['POST'],
    shared: false,
    sample: { method: 'OPTIONS', path: '/_matrix/client/v3/register/email/requestToken' },
  },
  {
    name: 'create-room',
    feature: 'invitations',
    // A room can be created together with invitations by address (invite_3pid).
    // Synapse takes it by PUT, too, with a transaction ID behind it.
    match: client('createRoom(/[^/]*)?'),
    methods: ['POST', 'PUT'],
    shared: false,
    sample: { method: 'OPTIONS', path: '/_matrix/client/v3/createRoom' },
  },
  {
    name: 'invite',
    feature: 'invitations',
    // Some proxies decode %2F before they match, so an ID may look like several segments. What the longer paths that
    // end alike have (the state event with the state key "invite") is asked with other methods.
    match: client('rooms/.+/invite'),
    methods: ['POST'],
    shared: true,
    sample: { method: 'OPTIONS', path: '/_matrix/client/v3/rooms/!none:invalid/invite' },
  },
  {
    name: 'invite-transaction',
    feature: 'invitations',
    // What Synapse takes by PUT, with a transaction ID. Signpost passes on what else ends like it (a state event of the
    // type "invite").
    match: client('rooms/.+/invite/[^/]*'),
    methods: ['POST', 'PUT'],
    shared: true,
    sample: { method: 'OPTIONS', path: '/_matrix/client/v3/rooms/!none:invalid/invite/none' },
  },
  {
    name: 'profile',
    feature: 'profile',
    match: client('profile/.+'),
    methods: ['GET'],
    shared: true,
    sample: { method: 'GET', path: '/_matrix/client/v3/profile/@none:invalid' },
  },
  {
    name: 'appservice',
    feature: 'appservice',
    match: prefix('/_matrix/app/v1/'),
    ...whatever,
    sample: { method: 'GET', path: '/_matrix/app/v1/users/@none:invalid' },
  },
  {
    name: 'sign-up',
    feature: 'signUp',
    match: prefix(`${signUpPath}/`),
    ...whatever,
    sample: { method: 'GET', path: `${signUpPath}/` },
  },
  {
    name: 'oidc',
    feature: 'oidc',
    match: prefix(`${oidcPath}/`),
    ...whatever,
    sample: { method: 'GET', path: `${oidcPath}/.well-known/openid-configuration` },
  },
  {
    name: 'acme-challenge',
    feature: 'acmeChallenge',
    // Asked on port 80; authorities follow the redirect to https, whatever certificate is there (RFC 8555, section 8.3).
    match: prefix('/.well-known/acme-challenge/'),
    ...whatever,
    sample: { method: 'GET', path: '/.well-known/acme-challenge/none' },
  },
]

/** What a configuration switches on. */
export function featuresOf(config: Config): GatewayFeatures {
  const { mode, acme } = config.server.tls
  return {
    identity: true,
    identityV1: config.identityV1.enabled,
    directory: config.directory.enabled,
    authentication: config.authentication.enabled,
    registration: config.registration.enabled,
    profile: config.profile.enabled,
    invitations: config.roomInvites.enabled,
    appservice: config.appservice.enabled,
    signUp: config.signUp.enabled,
    oidc: config.authentication.oidc.enabled,
    acmeChallenge: mode === 'acme' && acme.challenge === 'http-01' && acme.httpPort === null,
  }
}

/** What goes to Signpost, in the order in which to try it. */
export function routesOf(config: Config): readonly GatewayRoute[] {
  return routesFor(featuresOf(config))
}

/** The same for any set of features. The whole identity API stands for its old part, too. */
export function routesFor(features: GatewayFeatures): readonly GatewayRoute[] {
  return catalogue.filter(
    ({ feature }) => features[feature] && !(feature === 'identityV1' && features.identity),
  )
}

/** What goes there because of one feature. */
export const routesOfFeature = (feature: GatewayFeature): readonly GatewayRoute[] =>
  catalogue.filter((route) => route.feature === feature)

/** The regular expression of one or several client endpoints, for a whole path. */
export function clientPattern(tails: readonly string[]): string {
  const tail = tails.length === 1 ? (tails[0] ?? '') : `(${tails.join('|')})`
  return `^/_matrix/client/(${clientVersions.join('|')})/${tail}$`
}

/** The route that a request takes, or null when it is the homeserver's. `path` is without its query, as sent. */
export function routeFor(
  routes: readonly GatewayRoute[],
  { method, path }: { readonly method: string; readonly path: string },
): GatewayRoute | null {
  const takes = ({ match, methods, shared }: GatewayRoute) =>
    (match.kind === 'prefix'
      ? path.startsWith(match.path)
      : new RegExp(clientPattern([match.tail])).test(path)) &&
    (!shared || methods === null || methodsThrough(methods).includes(method))
  return routes.find(takes) ?? null
}

/** The methods that go where an endpoint is: its own, HEAD beside GET, and the preflight of browsers. */
export function methodsThrough(methods: readonly string[]): readonly string[] {
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}
