import { commented, type Lines, type Snippet } from '../snippet.ts'
import type { HomeserverFacts } from './facts.ts'

/** The module that lets Synapse check passwords with Signpost, and where it asks. */
export const passwordModule = 'signpost_synapse.PasswordProvider'

/** What `homeserver.yaml` of a Synapse needs. */
export function renderSynapse(facts: HomeserverFacts): Snippet {
  const remarks = [
    `What Synapse needs to know of Signpost (${facts.identityUrl}). Merge it with the keys that are there, and restart Synapse.`,
  ]
  return commented('#', 'homeserver.yaml', remarks, [
    discovery(facts),
    allowedAddress(facts),
    phoneNumbers(facts),
    passwords(facts),
    applicationService(facts),
    registrationTokens(facts),
    listener,
  ])
}

function discovery({ identityUrl, clientUrl }: HomeserverFacts): Lines {
  return [
    '# Clients learn of Signpost from /.well-known/matrix/client, which Synapse serves only with a public_baseurl.',
    clientUrl === null
      ? '# public_baseurl: https://matrix.example.org/   (where clients reach Synapse)'
      : `public_baseurl: ${clientUrl}/`,
    `default_identity_server: ${identityUrl}`,
    '',
  ]
}

/** Invitations fail with an error that looks like one of DNS without this (Synapse, `ip_range_blacklist`). */
function allowedAddress({ idServer, addresses, refused }: HomeserverFacts): Lines {
  if (addresses === null) {
    return [
      `# Only when ${idServer} leads to a private address: Synapse refuses those by default.`,
      "# ip_range_whitelist: ['192.168.1.5']",
      '',
    ]
  }
  if (refused.length === 0) return []
  return [
    `# ${idServer} leads to a private address, and Synapse refuses those by default. An old`,
    '# federation_ip_range_blacklist has to go: with it, Synapse ignores this list.',
    'ip_range_whitelist:',
    refused.map((address) => `  - '${address}'`),
    '',
  ]
}

function phoneNumbers({ features, phones, directUrl, v1Networks }: HomeserverFacts): Lines {
  if (!phones || !features.identityV1) return []
  return [
    '# Phone numbers of accounts are verified by Signpost. Synapse uses the old API (v1) for that.',
    v1Networks.length === 0
      ? null
      : `# identityV1.allow of Signpost has to hold Synapse's address; it is now: ${v1Networks.join(', ')}`,
    'account_threepid_delegates:',
    `  msisdn: ${directUrl}`,
    '',
  ]
}

/** Synapse does not start with a password provider beside Matrix Authentication Service. */
function passwords({ passwords: asked, mas, directUrl }: HomeserverFacts): Lines {
  if (asked === null) return []
  if (mas) {
    return [
      '# No password module: Synapse refuses to start with one beside Matrix Authentication Service.',
      '# People sign in through it instead: signpost snippet mas',
      '',
    ]
  }
  return [
    '# Passwords are checked by Signpost. Remove an older password_providers entry that asks mxisd or ma1sd.',
    'modules:',
    `  - module: ${passwordModule}`,
    '    config:',
    `      endpoint: ${directUrl}`,
    asked.secret
      ? '      secret_path: /etc/matrix-synapse/signpost-secret   # a file with authentication.provider.secret'
      : null,
    '',
  ]
}

function applicationService({ features }: HomeserverFacts): Lines {
  if (!features.appservice) return []
  return [
    '# Synapse reads the registration at its start only.',
    'app_service_config_files:',
    '  - /etc/matrix-synapse/signpost-appservice.yaml',
    '',
  ]
}

function registrationTokens({ features, mas }: HomeserverFacts): Lines {
  if (!features.signUp) return []
  if (mas) return ['# Nobody signs up by invitation beside Matrix Authentication Service.', '']
  return [
    '# Nobody registers but with a token, and invited people get one.',
    'enable_registration: true',
    'registration_requires_token: true',
    '',
  ]
}

const listener = [
  '# Signpost checks accounts and delivers invitations over the federation API, so the listener that it reaches',
  '# (matrix.homeserverUrl in signpost.yaml) serves "federation", also where nobody else does:',
  '#',
  '# listeners:',
  '#   - port: 8008',
  '#     type: http',
  '#     tls: false',
  '#     x_forwarded: true',
  "#     bind_addresses: ['127.0.0.1']",
  '#     resources:',
  '#       - names: [client, federation]',
]
