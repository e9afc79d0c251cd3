import { createHash } from 'node:crypto'
import { oidcPath } from '../routes.ts'
import { commented, type Snippet } from '../snippet.ts'
import type { HomeserverFacts } from './facts.ts'

/**
 * The upstream provider that Matrix Authentication Service (MAS) signs people in with, when the OpenID provider of
 * Signpost is on. https://element-hq.github.io/matrix-authentication-service/setup/sso.html
 */
export function renderMas({ identityUrl, features }: HomeserverFacts): Snippet {
  if (!features.oidc) {
    const remarks = [
      'Nothing to set in Matrix Authentication Service: the OpenID provider of Signpost is off.',
      'Finding people, publishing addresses and invitations work beside it as they are. Only a password module for Synapse does not.',
    ]
    return commented('#', 'config.yaml of Matrix Authentication Service', remarks, [])
  }
  const issuer = `${identityUrl}${oidcPath}`
  const id = providerId(issuer)
  const remarks = [
    'Merge it with the section that is there, then: mas-cli config sync',
    `Signpost has to know the client: id ${CLIENT}, the same secret, redirect URI https://<your MAS>/upstream/callback/${id}`,
  ]
  return commented('#', 'config.yaml of Matrix Authentication Service', remarks, [
    'upstream_oauth2:',
    '  providers:',
    `    - id: ${id}`,
    '      human_name: Signpost',
    `      issuer: ${issuer}`,
    `      client_id: ${CLIENT}`,
    '      client_secret: "<the secret of the client>"',
    '      token_endpoint_auth_method: client_secret_basic',
    '      scope: openid profile email',
    '      claims_imports:',
    '        localpart:',
    '          action: require',
    '          template: "{{ user.preferred_username }}"',
    '        displayname:',
    '          action: force',
    '          template: "{{ user.name }}"',
    '        email:',
    '          action: force',
    '          template: "{{ user.email }}"',
    '          set_email_verification: always',
  ])
}

const CLIENT = 'matrix-authentication-service'
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

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
