import type { Seen } from '../finding.ts'
import type { ReaderWorld } from '../world.ts'

/** Who the homeserver is, and how clients learn of Signpost. */
export function* checkIdentity(world: ReaderWorld): Iterable<Seen> {
  yield* checkServerName(world)
  yield* checkDiscovery(world)
}

function* checkServerName({ settings: { server_name: name }, config }: ReaderWorld): Iterable<Seen> {
  const { domain } = config.matrix
  if (name === undefined) {
    yield {
      code: 'server-name-missing',
      severity: 'problem',
      keys: ['server_name'],
      detail: 'The files do not say server_name, without which Synapse does not start.',
      why: 'Perhaps a file is missing: Debian keeps it in conf.d/server_name.yaml.',
      fix: 'Give the command all files, in the order in which Synapse reads them: signpost homeserver-yaml homeserver.yaml conf.d',
    }
  } else if (name !== domain) {
    yield {
      code: 'server-name-differs',
      severity: 'problem',
      keys: ['server_name'],
      detail: `The homeserver is ${name}; Signpost believes that it is ${domain}.`,
      why: 'Signpost would check accounts and deliver invitations at another homeserver, and build Matrix IDs that do not exist.',
      fix: `In signpost.yaml write "matrix: { domain: ${name} }". (server_name itself can never be changed.)`,
    }
  }
}

function* checkDiscovery({ settings, facts }: ReaderWorld): Iterable<Seen> {
  const { default_identity_server: named, public_baseurl: baseUrl } = settings
  const { identityUrl } = facts
  const extra = settings.extra_well_known_client_content
  if (extra && 'm.identity_server' in extra) {
    yield {
      code: 'well-known-identity-server',
      severity: 'problem',
      keys: ['extra_well_known_client_content', 'm.identity_server'],
      detail: 'm.identity_server stands in extra_well_known_client_content.',
      why: 'Synapse refuses to start with it.',
      fix: `Remove it there, and write "default_identity_server: ${identityUrl}".`,
      edits: [
        { kind: 'remove', path: ['extra_well_known_client_content', 'm.identity_server'] },
        { kind: 'set', path: ['default_identity_server'], value: identityUrl },
      ],
    }
  }
  if (!named) {
    yield {
      code: 'default-identity-server-missing',
      severity: 'warning',
      keys: ['default_identity_server'],
      detail: 'default_identity_server is not set.',
      why: 'Clients do not learn of Signpost: people would have to type its name into their settings, or stay with another identity server.',
      fix: `Write "default_identity_server: ${identityUrl}".`,
      edits: [{ kind: 'set', path: ['default_identity_server'], value: identityUrl }],
    }
  } else if (sameUrl(named) !== sameUrl(identityUrl)) {
    yield {
      code: 'default-identity-server-differs',
      severity: 'warning',
      keys: ['default_identity_server'],
      detail: `Clients are sent to ${hostOf(named)}, not to Signpost.`,
      why: 'People search, publish and invite there, and that server learns whom they look for.',
      fix: `Write "default_identity_server: ${identityUrl}".`,
      edits: [{ kind: 'set', path: ['default_identity_server'], value: identityUrl }],
    }
  }
  if (!baseUrl) {
    yield {
      code: 'public-baseurl-missing',
      severity: 'warning',
      keys: ['public_baseurl'],
      detail: 'public_baseurl is not set.',
      why: 'Synapse then serves no /.well-known/matrix/client, so that default_identity_server reaches clients only with their login.',
      fix: 'Write the URL under which clients reach Synapse: "public_baseurl: https://matrix.example.org/".',
    }
  }
}

/** Two notations of one base URL. */
function sameUrl(text: string): string {
  const url = URL.parse(text)
  return url === null ? text : `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** What may be repeated of a URL: neither a password nor a query. */
export function hostOf(text: string): string {
  return URL.parse(text)?.host ?? 'something that is no URL'
}
