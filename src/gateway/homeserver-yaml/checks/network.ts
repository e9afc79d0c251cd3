import { synapseBlocklist } from '../../../homeserver/synapse-blocklist.ts'
import { parseIp } from '../../../net/ip-address.ts'
import { createNetworkList, type NetworkList } from '../../../net/network-list.ts'
import type { Seen } from '../finding.ts'
import type { ReaderWorld } from '../world.ts'
import { hostOf } from './identity.ts'

/** Whether the homeserver would connect to us at all. */
export function* checkNetwork(world: ReaderWorld): Iterable<Seen> {
  yield* checkBlocklist(world)
  yield* checkProxy(world)
  const { settings } = world
  if (settings.use_insecure_ssl_client_just_for_testing_do_not_use === true) {
    yield {
      code: 'tls-not-checked',
      severity: 'warning',
      keys: ['use_insecure_ssl_client_just_for_testing_do_not_use'],
      detail: 'Synapse checks no certificate of the servers that it asks.',
      why: 'Whoever sits on the way can pretend to be Signpost and read tokens and addresses.',
      fix: 'Remove the key. For a private certification authority set SSL_CERT_FILE in the environment of Synapse instead.',
      edits: [{ kind: 'remove', path: ['use_insecure_ssl_client_just_for_testing_do_not_use'] }],
    }
  }
}

/** Always refused, whatever the list says. */
const alwaysRefused = ['0.0.0.0', '::']

function* checkBlocklist({ settings, host, addresses }: ReaderWorld): Iterable<Seen> {
  const old = settings.federation_ip_range_blacklist
  const key = old === undefined ? 'ip_range_blacklist' : 'federation_ip_range_blacklist'
  if (addresses === null || addresses.length === 0) {
    yield {
      code: 'signpost-not-resolved',
      severity: 'warning',
      keys: [key],
      detail: `DNS has no address for ${host}, asked from this machine.`,
      why: 'Synapse has to find it, and nobody can tell here whether it would refuse the address.',
      fix: 'Correct the DNS record, or server.publicUrl in signpost.yaml, and try again.',
    }
    return
  }
  const refused = addresses.filter((address) => isRefused(address, settings))
  if (refused.length === 0) return
  const where = refused.includes(host)
    ? `Signpost has the address ${host}`
    : `${host} leads to ${refused.join(' and ')}`
  const why =
    'Every lookup, invitation and publication through Synapse fails, and the error looks like one of DNS. One refused address of a name is enough.'
  if (old !== undefined) {
    yield {
      code: 'federation-blacklist-refuses',
      severity: 'problem',
      keys: [key],
      detail: `${where}, which federation_ip_range_blacklist refuses. With that key Synapse ignores ip_range_whitelist.`,
      why,
      fix: `Remove federation_ip_range_blacklist, and write ${asLines('ip_range_whitelist', refused)}`,
      edits: [
        { kind: 'remove', path: [key] },
        { kind: 'add', path: ['ip_range_whitelist'], items: refused },
      ],
    }
    return
  }
  yield {
    code: 'blocklist-refuses-signpost',
    severity: 'problem',
    keys: settings.ip_range_blacklist === undefined ? ['ip_range_whitelist'] : [key],
    detail: `${where}, which ${settings.ip_range_blacklist === undefined ? "Synapse's default list" : 'ip_range_blacklist'} refuses.`,
    why,
    fix: `Write ${asLines('ip_range_whitelist', refused)}`,
    edits: [{ kind: 'add', path: ['ip_range_whitelist'], items: refused }],
  }
}

function isRefused(address: string, settings: ReaderWorld['settings']): boolean {
  const old = settings.federation_ip_range_blacklist
  const list = old ?? settings.ip_range_blacklist
  const refuses = list ? networksIn([...list, ...alwaysRefused]) : synapseBlocklist
  if (!refuses.contains(address)) return false
  return old !== undefined || !networksIn(settings.ip_range_whitelist ?? []).contains(address)
}

/** Entries that are no network stop Synapse at its start, and are not ours to judge. */
function networksIn(entries: readonly string[]): NetworkList {
  return createNetworkList(entries.filter(isNetwork))
}

function isNetwork(entry: string): boolean {
  const [base = '', bits, ...rest] = entry.split('/')
  const address = parseIp(base)
  if (address === null || rest.length > 0) return false
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (address.kind() === 'ipv4' ? 32 : 128))
  )
}

const asLines = (key: string, items: readonly string[]) =>
  `"${key}: [${items.map((item) => `'${item}'`).join(', ')}]".`

/**
 * The key-validity URLs of invitations are asked through a proxy, where neither list counts; lookups, invitations and
 * publications are not, so that a machine whose only way out is the proxy cannot reach Signpost.
 */
function* checkProxy({ settings, host }: ReaderWorld): Iterable<Seen> {
  const proxy = settings.https_proxy ?? settings.http_proxy
  if (!proxy) return
  const direct = (settings.no_proxy_hosts ?? []).includes(host)
  yield {
    code: 'outbound-proxy',
    severity: direct ? 'note' : 'warning',
    keys: [settings.https_proxy ? 'https_proxy' : 'http_proxy'],
    detail: `Synapse asks other servers through a proxy (${hostOf(proxy.includes('//') ? proxy : `http://${proxy}`)}).`,
    why: 'It asks Signpost directly all the same, but for the validity of invitation keys, which goes through the proxy; the address lists do not count there.',
    fix: direct
      ? null
      : `Let Synapse reach ${host} without the proxy (firewall), and add it: "no_proxy_hosts: ['${host}']".`,
    ...(direct ? {} : { edits: [{ kind: 'add', path: ['no_proxy_hosts'], items: [host] }] as const }),
  }
}
