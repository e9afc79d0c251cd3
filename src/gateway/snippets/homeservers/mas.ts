import { createHash } from 'node:crypto'
import { oidcPath } from '../../../oidc/path.ts'
import { commented, type Lines, type Snippet } from '../snippet.ts'
import type { HomeserverFacts, MasClient } from './facts.ts'

/**
 * The upstream provider that Matrix Authentication Service (MAS) signs people in with, when the OpenID provider of
 * Signpost is on. https://element-hq.github.io/matrix-authentication-service/reference/configuration.html#upstream_oauth2
 */
export function renderMas({ identityUrl, features, masClient }: HomeserverFacts): Snippet {
  const file = 'config.yaml of Matrix Authentication Service'
  if (!features.oidc) {
    const remarks = [
      'Nothing to set in Matrix Authentication Service: the OpenID provider of Signpost is off.',
      'Finding people, publishing addresses and invitations work beside it as they are. Only a password module for Synapse does not.',
    ]
    return commented('#', file, remarks, [])
  }
  const issuer = `${identityUrl}${oidcPath}`
  const known = masClient ?? { id: CLIENT, provider: providerId(issuer), secretBy: 'basic' as const }
  const remarks = [
    'Merge it with the section that is there, then: mas-cli config sync, and restart MAS.',
    ...(masClient === null ? ['Signpost has to know the client, too: its lines are below.'] : []),
  ]
  return commented('#', file, remarks, [
    providerLines(issuer, known),
    masClient === null ? clientLines(known.provider) : null,
  ])
}

const providerLines = (issuer: string, { id, provider, secretBy }: MasClient): Lines => [
  'upstream_oauth2:',
  '  providers:',
  `    - id: ${provider}`,
  '      human_name: Signpost',
  `      issuer: ${issuer}`,
  // For trials on one machine: MAS asks for HTTPS otherwise.
  issuer.startsWith('https:') ? null : '      discovery_mode: insecure',
  `      client_id: ${id}`,
  '      client_secret: "<the secret of the client>"',
  `      token_endpoint_auth_method: client_secret_${secretBy}`,
  '      scope: openid profile email',
  '      pkce_method: always',
  '      forward_login_hint: true',
  '      claims_imports:',
  '        subject:',
  '          template: "{{ user.sub }}"',
  '        localpart:',
  '          action: require',
  '          template: "{{ user.preferred_username }}"',
  '          # Accounts that MAS has already belong to whoever has the user name in the directory.',
  '          on_conflict: add',
  '        displayname:',
  '          action: force',
  '          template: "{{ user.name }}"',
  '        email:',
  '          action: force',
  '          template: "{{ user.email }}"',
]

/** The other side, as long as it is missing. */
const clientLines = (provider: string): Lines => [
  '',
  '# In signpost.yaml:',
  '#   authentication:',
  '#     oidc:',
  '#       enabled: true',
  '#       clients:',
  `#         - id: ${CLIENT}`,
  '#           secret: { file: mas-secret }',
  `#           redirectUris: ["https://<your MAS>/upstream/callback/${provider}"]`,
]

const CLIENT = 'matrix-authentication-service'
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** By which Signpost is known to a MAS that has not been told of it yet; part of where MAS has people sent back to. */
export const masProviderOf = (identityUrl: string): string => providerId(`${identityUrl}${oidcPath}`)

/**
 * MAS knows providers by a ULID (128 bits, 26 characters) and links accounts to it, so the snippet has to come out the
 * same every time: it is made from the issuer.
 */
function providerId(issuer: string): string {
  let bits = BigInt(`0x${createHash('sha256').update(issuer).digest('hex').slice(0, 32)}`)
  let text = ''
  for (let n = 0; n < 26; n++) {
    text = `${CROCKFORD[Number(bits & 31n)]}${text}`
    bits >>= 5n
  }
  return text
}
