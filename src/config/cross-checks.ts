import ipaddr from 'ipaddr.js'
import { checkSection, type BackendConfig } from '../backends/sections.ts'
import { checkAppservice } from './appservice-checks.ts'
import { checkBackup } from './backup-checks.ts'
import { checkAdmin } from './admin-checks.ts'
import { formatDuration } from './durations.ts'
import { checkFederation } from './federation-checks.ts'
import { checkIntegrations } from './integration-checks.ts'
import { isLoopback } from './loopback.ts'
import { checkNotifications } from './notification-checks.ts'
import type { Finding, KeyPath } from './problems.ts'
import type { Config } from './schema.ts'
import { checkTls } from './tls-checks.ts'

/** The rules that concern more than one key, or more than a schema can say. Looks at nothing outside `config`. */
export function crossCheck(config: Config): readonly Finding[] {
  return [
    ...checkPublicUrl(config),
    ...checkTls(config),
    ...checkAdmin(config),
    ...checkStorage(config),
    ...checkLookup(config),
    ...checkNetworks(config),
    ...checkNextLinkOrigins(config),
    ...checkTerms(config),
    ...checkBackends(config),
    ...checkDurations(config),
    ...checkFederation(config),
    ...checkNotifications(config),
    ...checkIntegrations(config),
    ...checkAppservice(config),
    ...checkBackup(config),
  ]
}

function* checkPublicUrl({ server: { publicUrl } }: Config): Iterable<Finding> {
  if (publicUrl === null) return
  const url = new URL(publicUrl)
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    yield {
      keys: ['server', 'publicUrl'],
      message: 'Matrix clients and homeservers use an identity server over https only.',
      fix: `Write https://${url.host} and set up TLS at the reverse proxy or under server.tls.`,
    }
  }
  if (url.search !== '' || url.hash !== '') {
    yield {
      keys: ['server', 'publicUrl'],
      message: 'The URL has a query or a fragment, to which no path can be added.',
      fix: `Write ${url.origin}`,
    }
  }
}

function* checkStorage({ storage }: Config): Iterable<Finding> {
  if (storage.type !== 'postgres' || typeof storage.url !== 'string') return
  if (/^postgres(ql)?:\/\//.test(storage.url)) return
  yield {
    keys: ['storage', 'url'],
    message: 'The value is not the URL of a PostgreSQL database.',
    fix: 'Write postgres://USER:PASSWORD@HOST/DATABASE',
  }
}

function* checkLookup({ lookup }: Config): Iterable<Finding> {
  if (!lookup.algorithms.includes('sha256')) {
    yield {
      keys: ['lookup', 'algorithms'],
      message: 'sha256 is missing; the Matrix specification requires it.',
      fix: 'Write [sha256], or [sha256, none].',
    }
  }
  if (lookup.pepper.grace >= lookup.pepper.rotateEvery) {
    yield {
      keys: ['lookup', 'pepper', 'grace'],
      message: 'The previous pepper would answer until the next change, or longer.',
      fix: 'Write a shorter time than lookup.pepper.rotateEvery; 15m is enough for every client.',
    }
  }
}

function* checkNetworks({ server, admin, identityV1, network, federation }: Config): Iterable<Finding> {
  const lists: readonly [KeyPath, readonly string[]][] = [
    [['server', 'trustedProxies'], server.trustedProxies],
    [['admin', 'trustedProxies'], admin.trustedProxies],
    [['identityV1', 'allow'], identityV1.allow],
    [['network', 'allowPrivate'], network.allowPrivate],
    [['federation', 'recursion', 'networks'], federation.recursion.networks],
  ]
  for (const [keys, entries] of lists) {
    for (const [index, entry] of entries.entries()) {
      if (isNetwork(entry)) continue
      yield {
        keys: [...keys, index],
        message: `"${entry}" is neither an IP address nor a network.`,
        fix: 'Write an address like 10.1.2.3 or "::1", or a network like 10.1.2.0/24.',
      }
    }
  }
  for (const [index, entry] of network.dnsServers.entries()) {
    if (isDnsServer(entry)) continue
    yield {
      keys: ['network', 'dnsServers', index],
      message: `"${entry}" is not the address of a DNS server.`,
      fix: 'Write an IP address, with a port where it is not 53: 192.0.2.1 or "192.0.2.1:5353" or "[2001:db8::1]:53".',
    }
  }
}

function* checkNextLinkOrigins({ validation }: Config): Iterable<Finding> {
  for (const [index, origin] of validation.nextLinkOrigins.entries()) {
    const url = URL.parse(origin)
    if (url !== null && /^https?:$/.test(url.protocol) && origin.replace(/\/$/, '') === url.origin) continue
    yield {
      keys: ['validation', 'nextLinkOrigins', index],
      message: `"${origin}" is not an origin.`,
      fix: 'Write scheme and host without a path: https://app.element.io',
    }
  }
}

function* checkTerms({ terms }: Config): Iterable<Finding> {
  for (const [id, policy] of Object.entries(terms)) {
    if (Object.keys(policy).some((key) => key !== 'version')) continue
    yield {
      keys: ['terms', id],
      message: 'The policy has a version, but no text in any language.',
      fix: 'Add a language: "en: { name: Privacy policy, url: https://example.org/privacy.html }"',
    }
  }
}

function* checkBackends({ backends }: Config): Iterable<Finding> {
  const seen = new Set<string>()
  for (const [index, backend] of backends.entries()) {
    const { id } = backend
    for (const finding of [...checkSection(backend), ...checkBackendTimes(backend)]) {
      yield { ...finding, keys: ['backends', index, ...finding.keys] }
    }
    if (seen.has(id)) {
      yield {
        keys: ['backends', index, 'id'],
        message: `Two backends have the name "${id}".`,
        fix: 'Give each backend a name of its own.',
      }
    }
    seen.add(id)
  }
}

/** Below the first of a pair the directory would be asked all the time, above the second a timer would not wait. */
function* checkBackendTimes(backend: BackendConfig): Iterable<Finding> {
  const times: (readonly [KeyPath, number, number, number])[] = []
  if ('timeout' in backend) times.push([['timeout'], backend.timeout, 100, 300_000])
  if ('sync' in backend) {
    const { every, fullEvery, timeout } = backend.sync
    times.push([['sync', 'every'], every, 10_000, WEEK_MS])
    times.push([['sync', 'fullEvery'], fullEvery, 60_000, 52 * WEEK_MS])
    times.push([['sync', 'timeout'], timeout, 1_000, WEEK_MS])
  }
  for (const [keys, milliseconds, least, most] of times) {
    if (milliseconds >= least && milliseconds <= most) continue
    const [shortest, longest] = [formatDuration(least), formatDuration(most)]
    yield {
      keys,
      message: `The time is not between ${shortest} and ${longest}.`,
      fix: `Write a time from ${shortest} to ${longest}.`,
    }
  }
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const WEEK_MS = 7 * 24 * HOUR_MS
const CENTURY_MS = 36_500 * 24 * HOUR_MS

function* checkDurations(config: Config): Iterable<Finding> {
  const { cache, timeout } = config.federation.outbound
  // Those that a timer waits for stay far below its end (2^31 ms, 24.8 days), past which it fires at once.
  const durations: readonly [KeyPath, number, { readonly atMost: number }][] = [
    [['lookup', 'pepper', 'rotateEvery'], config.lookup.pepper.rotateEvery, { atMost: CENTURY_MS }],
    [['validation', 'sessionLifetime'], config.validation.sessionLifetime, { atMost: CENTURY_MS }],
    [['invitations', 'expireAfter'], config.invitations.expireAfter, { atMost: CENTURY_MS }],
    [['admin', 'session', 'idle'], config.admin.session.idle, { atMost: CENTURY_MS }],
    [['admin', 'session', 'lifetime'], config.admin.session.lifetime, { atMost: CENTURY_MS }],
    [['invitations', 'resolveEvery'], config.invitations.resolveEvery, { atMost: WEEK_MS }],
    [['notifications', 'giveUpAfter'], config.notifications.giveUpAfter, { atMost: CENTURY_MS }],
    [['network', 'timeout'], config.network.timeout, { atMost: HOUR_MS }],
    [['federation', 'outbound', 'timeout'], timeout, { atMost: MINUTE_MS }],
    [['federation', 'outbound', 'cache', 'found'], cache.found, { atMost: WEEK_MS }],
    [['federation', 'outbound', 'cache', 'notFound'], cache.notFound, { atMost: WEEK_MS }],
    [['federation', 'outbound', 'cache', 'unreachable'], cache.unreachable, { atMost: WEEK_MS }],
  ]
  for (const [keys, milliseconds, { atMost }] of durations) {
    // Below a second these are slips of the unit (`5ms` for `5m`), and would keep the machine busy for nothing.
    if (milliseconds < 1000) {
      yield {
        keys,
        message: 'The time is shorter than a second.',
        fix: 'Write a longer time: 15s, 10m, 24h or 7d.',
      }
    }
    if (milliseconds > atMost) {
      const longest = formatDuration(atMost)
      yield { keys, message: `The time is longer than ${longest}.`, fix: `Write ${longest} or less.` }
    }
  }
}

function isNetwork(text: string): boolean {
  return text.includes('/') ? ipaddr.isValidCIDR(text) : isAddress(text)
}

/** ipaddr.js also reads `127.1` and `0x7f000001`, which people do not mean. */
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
}

function isDnsServer(text: string): boolean {
  if (isAddress(text)) return true
  const [, v4, v6, port] = /^(?:([\d.]+)|\[([\da-fA-F:.]+)\])(?::(\d{1,5}))?$/.exec(text) ?? []
  return isAddress(v4 ?? v6 ?? '') && Number(port ?? 53) <= 65_535
}
