import ipaddr from 'ipaddr.js'
import { canonicalDomain } from '../matrix/threepid.ts'
import { isLoopback } from './loopback.ts'
import type { Finding, KeyPath } from './problems.ts'
import type { Config } from './schema.ts'

/** The rules about what stands between clients and the homeserver. */
export function* checkIntegrations(config: Config): Iterable<Finding> {
  yield* checkHomeserver(config)
  yield* checkProvider(config)
  yield* checkOidc(config)
  yield* checkGroups(config)
  yield* checkDomains(config)
  yield* checkInviters(config)
}

const intercepts = ['directory', 'authentication', 'registration', 'profile', 'roomInvites'] as const

/** By its public name Signpost would be led back to itself. */
function* checkHomeserver(config: Config): Iterable<Finding> {
  if (config.matrix.homeserverUrl !== null) return
  for (const section of intercepts) {
    if (!config[section].enabled) continue
    yield {
      keys: [section, 'enabled'],
      message: 'Requests are passed on to the homeserver, and nothing says where this machine reaches it.',
      fix: "Set matrix.homeserverUrl to the homeserver's own listener, for example http://127.0.0.1:8008",
    }
  }
}

function* checkProvider({ authentication: { provider } }: Config): Iterable<Finding> {
  const keys: KeyPath = ['authentication', 'provider', 'allow']
  for (const [index, entry] of provider.allow.entries()) {
    if (ipaddr.isValidCIDR(entry) || ipaddr.IPv4.isValidFourPartDecimal(entry) || ipaddr.IPv6.isValid(entry))
      continue
    yield {
      keys: [...keys, index],
      message: `"${entry}" is neither an IP address nor a network.`,
      fix: 'Write an address like 10.1.2.3 or "::1", or a network like 10.1.2.0/24.',
    }
  }
  if (provider.enabled && provider.allow.length === 0) {
    yield {
      keys,
      message: 'Nobody may ask for a password to be checked.',
      fix: 'Write the address of the homeserver, for example [127.0.0.1].',
    }
  }
}

function* checkOidc({ authentication: { oidc }, server }: Config): Iterable<Finding> {
  const keys: KeyPath = ['authentication', 'oidc']
  for (const [index, { id }] of oidc.clients.entries()) {
    if (oidc.clients.findIndex((other) => other.id === id) === index) continue
    yield {
      keys: [...keys, 'clients', index, 'id'],
      message: `There is another client "${id}".`,
      fix: 'Give each client an id of its own.',
    }
  }
  if (!oidc.enabled) return
  if (oidc.clients.length === 0) {
    yield {
      keys: [...keys, 'clients'],
      message: 'Nobody could have people signed in: there is no client.',
      fix: 'Add Matrix Authentication Service; "signpost snippet mas --feature oidc" prints its lines.',
    }
  }
  const url = server.publicUrl === null ? null : new URL(server.publicUrl)
  if (url !== null && url.protocol !== 'https:' && !isLoopback(url.hostname)) {
    yield {
      keys: ['server', 'publicUrl'],
      message: 'People would type their passwords into a page that is not encrypted.',
      fix: 'Write a public URL that begins with https://, or authentication.oidc.enabled: false',
    }
  }
}

function* checkGroups({ directory: { groups }, backends }: Config): Iterable<Finding> {
  const ids = new Set(backends.map(({ id }) => id))
  for (const [name, group] of Object.entries(groups)) {
    const keys: KeyPath = ['directory', 'groups', name]
    for (const [index, other] of group.hiddenFrom.entries()) {
      if (other in groups) continue
      yield {
        keys: [...keys, 'hiddenFrom', index],
        message: `There is no group "${other}".`,
        fix: `Write one of: ${Object.keys(groups).join(', ')}`,
      }
    }
    for (const [index, id] of group.backends.entries()) {
      if (ids.has(id)) continue
      yield {
        keys: [...keys, 'backends', index],
        message: `There is no backend "${id}".`,
        fix: `Write one of: ${[...ids].join(', ')}`,
      }
    }
  }
}

function* checkDomains({ registration: { domains } }: Config): Iterable<Finding> {
  for (const list of ['allow', 'deny'] as const) {
    for (const [index, entry] of domains[list].entries()) {
      if (canonicalDomain(entry.replace(/^[*.]/, '')) !== null) continue
      yield {
        keys: ['registration', 'domains', list, index],
        message: `"${entry}" is not an e-mail domain.`,
        fix: 'Write example.org (itself), .example.org (what is below it) or *example.org (both).',
      }
    }
  }
}

function* checkInviters({ roomInvites: { enabled, roles, users } }: Config): Iterable<Finding> {
  if (!enabled || roles.length > 0 || users.length > 0) return
  yield {
    keys: ['roomInvites', 'enabled'],
    message: 'Nobody could invite by address: no role and no user is named who may.',
    fix: 'Write roomInvites.roles or roomInvites.users; "*" there stands for everybody.',
  }
}
