import {
  gatewayFeatures,
  type GatewayFeature,
  type GatewayFeatures,
} from '../../../../src/gateway/snippets/routes.ts'

/**
 * The features that are independent switches. The ACME challenge is a matter of TLS, and has a test of its own; signing up
 * is a prefix like the OpenID provider, goes with it, and would only double the number of sites.
 */
const switches = gatewayFeatures.filter((feature) => feature !== 'acmeChallenge' && feature !== 'signUp')

/** Every way to switch the features on and off. */
export const combinations: readonly GatewayFeatures[] = Array.from(
  { length: 2 ** switches.length },
  (_, bits) => featuresFrom((_feature, index) => (bits & (1 << index)) !== 0),
)

export const noFeatures = featuresFrom(() => false)
export const allFeatures = featuresFrom(() => true)

function featuresFrom(isOn: (feature: GatewayFeature, index: number) => boolean): GatewayFeatures {
  const features = Object.fromEntries(switches.map((feature, index) => [feature, isOn(feature, index)]))
  return { ...features, signUp: features['oidc'], acmeChallenge: false } as unknown as GatewayFeatures
}

export interface Expectation {
  readonly method: string
  readonly path: string
  /** The features of which one has to be on for Signpost to get it; empty: it is always the homeserver's. */
  readonly signpostIf: readonly GatewayFeature[]
  /** Who gets it otherwise; null: nobody, 404. Default: the homeserver. */
  readonly otherwise?: null
}

/** All the versions under which Synapse answers. */
export const clientVersions = ['v3', 'r0', 'unstable', 'api/v1'] as const

/** What has to arrive where, written by hand: `routes.ts` is what is tested. */
export function expectations(version: (typeof clientVersions)[number]): readonly Expectation[] {
  const client = `/_matrix/client/${version}`
  const to = (signpostIf: readonly GatewayFeature[], method: string, path: string): Expectation => {
    return { signpostIf, method, path }
  }
  const nobody = (method: string, path: string): Expectation => ({ ...to([], method, path), otherwise: null })
  return [
    to(['identity'], 'GET', '/_matrix/identity/versions'),
    to(['identity'], 'POST', '/_matrix/identity/v2/lookup'),
    to(['identity'], 'OPTIONS', '/_matrix/identity/v2/account/register'),
    to(
      ['identity', 'identityV1'],
      'GET',
      '/_matrix/identity/api/v1/lookup?medium=email&address=a%2Bb%40c.org',
    ),
    to(['authentication'], 'GET', `${client}/login`),
    to(['authentication'], 'POST', `${client}/login?access_token=a%2Fb`),
    to(['authentication'], 'OPTIONS', `${client}/login`),
    to([], 'GET', `${client}/login/sso/redirect?redirectUrl=https%3A%2F%2Fapp.example.org%2F`),
    to([], 'POST', `${client}/login/get_token`),
    to([], 'POST', `${client}/logout`),
    to(['directory'], 'POST', `${client}/user_directory/search`),
    to(['registration'], 'POST', `${client}/register/email/requestToken`),
    to(['registration'], 'POST', `${client}/register/msisdn/requestToken`),
    to([], 'POST', `${client}/register`),
    to([], 'POST', `${client}/account/3pid/email/requestToken`),
    to(['invitations'], 'POST', `${client}/rooms/!abc%3Aexample.org/invite`),
    to(['invitations'], 'POST', `${client}/rooms/!a%2Fb:example.org/invite?x=%2F`),
    to(['invitations'], 'OPTIONS', `${client}/rooms/!abc:example.org/invite`),
    to(['invitations'], 'POST', `${client}/createRoom`),
    to(['invitations'], 'POST', `${client}/createRoom/`),
    to(['invitations'], 'PUT', `${client}/createRoom/txn-1`),
    to(['invitations'], 'PUT', `${client}/rooms/!abc%3Aexample.org/invite/txn-1`),
    to(['invitations'], 'PUT', `${client}/rooms/!abc%3Aexample.org/invite/`),
    to(['invitations'], 'POST', `${client}/rooms/!abc:example.org/invite/`),
    to([], 'GET', `${client}/rooms/!abc:example.org/invite/txn-1`),
    to(['authentication'], 'POST', `${client}/login/`),
    to(['directory'], 'POST', `${client}/user_directory/search/`),
    to(['registration'], 'POST', `${client}/register/email/requestToken/`),
    to([], 'PUT', `${client}/rooms/!abc%3Aexample.org/state/org.example/invite`),
    to([], 'GET', `${client}/rooms/!a%2Fb:example.org/state/org.example/invite`),
    to([], 'POST', `${client}/rooms/!abc:example.org/invited`),
    to(['profile'], 'GET', `${client}/profile/@anna:example.org`),
    to(['profile'], 'HEAD', `${client}/profile/@anna:example.org`),
    to(['profile'], 'OPTIONS', `${client}/profile/@anna:example.org/displayname`),
    to(['profile'], 'GET', `${client}/profile/%40a%2Fb%3Aexample.org/displayname?q=%20`),
    to([], 'PUT', `${client}/profile/%40a%2Fb%3Aexample.org/displayname?q=%20`),
    to([], 'DELETE', `${client}/profile/@anna:example.org/m.tz`),
    to(['appservice'], 'PUT', '/_matrix/app/v1/transactions/17'),
    to(['signUp'], 'GET', '/_signpost/sign-up/?token=abc'),
    to(['signUp'], 'POST', '/_signpost/sign-up/'),
    to(['oidc'], 'GET', '/_signpost/oidc/.well-known/openid-configuration'),
    to([], 'GET', '/_matrix/client/versions'),
    to([], 'PUT', '/_matrix/federation/v1/send/1'),
    to([], 'GET', '/_matrix/key/v2/server'),
    to([], 'GET', '/_matrix/media/v3/download/example.org/a%20b'),
    to([], 'GET', '/_synapse/client/oidc/callback'),
    nobody('GET', '/'),
    nobody('POST', '/_matrix-internal/identity/v1/check_credentials'),
    nobody('GET', '/_synapse/admin/v1/server_version'),
    nobody('GET', '/metrics'),
  ]
}

/** Who has to get it: `signpost`, `homeserver`, or null. */
export function expectedReceiver(features: GatewayFeatures, { signpostIf, otherwise, path }: Expectation) {
  if (signpostIf.some((feature) => features[feature])) return 'signpost'
  // The paths of the OpenID provider are nobody's without it.
  return otherwise === null || path.startsWith('/_signpost/') ? null : 'homeserver'
}
