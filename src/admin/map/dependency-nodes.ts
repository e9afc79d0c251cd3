import type { Config } from '../../config/schema.ts'
import { activeIntegrations } from '../integrations/features.ts'
import type { MapNode } from './contract.ts'
import type { MapSources } from './map.ts'

/** Peers that are drawn; the others are a number beside them. */
const MOST_PEERS = 12

/** What Signpost talks to. What is not set up stands there too, and leads to where it is. */
export function dependencyNodes({ config, directories, outside }: Omit<MapSources, 'tls'>): {
  readonly nodes: readonly MapNode[]
  readonly morePeers: number
} {
  const peers = outside.filter(({ purpose }) => purpose === 'peer')
  const backends = directories.backends.map(({ id, config: { type } }) => ({
    id: `backend ${id}`,
    kind: 'backend' as const,
    name: id,
    type,
    // A list lies in the database of Signpost: nobody is called for it.
    state: type === 'list' ? ('ok' as const) : ('unknown' as const),
    page: `/backends/${id}`,
  }))
  const nodes: MapNode[] = [
    homeserver(config),
    ...(backends.length > 0 ? backends : [noBackend]),
    mail(config),
    sms(config),
    ...remote(config),
    ...peers.slice(0, MOST_PEERS).map(({ host }) => peer(host)),
  ]
  return { nodes, morePeers: Math.max(0, peers.length - MOST_PEERS) }
}

const noBackend: MapNode = {
  id: 'backend',
  kind: 'backend',
  name: null,
  type: null,
  state: 'off',
  page: '/backends',
}

function homeserver(config: Config): MapNode {
  const { domain } = config.matrix
  // The domain that a configuration has which nobody has written yet.
  const isSet = domain !== 'localhost'
  return {
    id: `homeserver ${domain}`,
    kind: 'homeserver',
    name: domain,
    type: null,
    state: isSet ? 'unknown' : 'off',
    page: '/homeserver',
    integrations: [...activeIntegrations(config)],
  }
}

function mail({ notifications: { email } }: Config): MapNode {
  const leaves = email.transport !== 'none' && email.transport !== 'log'
  const state = leaves ? 'unknown' : 'off'
  return { id: 'mail', kind: 'mail', name: null, type: email.transport, state, page: '/notifications' }
}

function sms({ notifications: { sms } }: Config): MapNode {
  const leaves = sms.transport !== 'none' && sms.transport !== 'log'
  const state = leaves ? 'unknown' : 'off'
  return { id: 'sms', kind: 'sms', name: null, type: sms.transport, state, page: '/notifications' }
}

function remote({ federation }: Config): MapNode[] {
  const base = { type: null, state: 'unknown', page: '/federation' } as const
  const { url, mediums } = federation.bridges
  const bridges = [...new Set([...Object.values(mediums), ...(url === null ? [] : [url])])]
  return [
    ...federation.central.map(({ url: name }) => ({
      ...base,
      id: `central ${name}`,
      kind: 'central' as const,
      name,
    })),
    ...bridges.map((name) => ({ ...base, id: `bridge ${name}`, kind: 'bridge' as const, name })),
  ]
}

function peer(host: string): MapNode {
  const base = { type: null, state: 'unknown', page: '/federation' } as const
  return { ...base, id: `peer ${host}`, kind: 'peer', name: host }
}
