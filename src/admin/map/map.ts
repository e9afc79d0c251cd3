import type { Activity } from '../../activity/activity.ts'
import type { OutsideHost } from '../../activity/counters/outside-hosts.ts'
import { publicMeter, type PublicTraffic } from '../../activity/counters/public-traffic.ts'
import type { DependencyState } from '../../activity/counters/dependency-state.ts'
import type { Directories } from '../../directories.ts'
import type { Config } from '../../config/schema.ts'
import type { TlsStatus } from '../../gateway/tls/status.ts'
import type { MapArrow, MapNode } from './contract.ts'
import { dependencyArrow } from './dependency-arrow.ts'
import { dependencyNodes } from './dependency-nodes.ts'

export interface MapSources {
  readonly config: Config
  readonly activity: Pick<Activity, 'counters' | 'dependencies'>
  readonly directories: Pick<Directories, 'backends'>
  readonly traffic: PublicTraffic
  readonly tls: TlsStatus
  readonly outside: readonly OutsideHost[]
}

export interface MapPicture {
  readonly nodes: MapNode[]
  readonly arrows: MapArrow[]
  readonly morePeers: number
}

/** Draws the picture from what is known already: nobody is asked for it. */
export function drawMap(sources: MapSources): MapPicture {
  const { nodes, morePeers } = dependencyNodes(sources)
  const withArrows = nodes.map((node) => ({ node, arrow: dependencyArrow(node, sources.activity) }))
  return {
    nodes: [...ownNodes(sources), ...withArrows.map(({ node, arrow }) => ({ ...node, state: arrow.state }))],
    arrows: [...arrowsIn(sources), ...withArrows.map(({ arrow }) => arrow)],
    morePeers,
  }
}

function ownNodes(sources: MapSources): MapNode[] {
  const { config, activity } = sources
  const incoming = incomingState(sources)
  const clients: MapNode = {
    ...{ id: 'clients', kind: 'clients', name: null, type: null },
    state: activity.counters.lately(publicMeter).calls > 0 ? 'ok' : 'unknown',
    page: '/activity?kind=lookup',
  }
  const proxy: MapNode = {
    ...{ id: 'proxy', kind: 'proxy', name: null, type: null, state: incoming, page: '/tls' },
  }
  const signpost: MapNode = {
    ...{
      id: 'signpost',
      kind: 'signpost',
      name: config.matrix.domain,
      type: null,
      state: 'ok',
      page: '/doctor',
    },
  }
  return hasProxy(config) ? [clients, proxy, signpost] : [clients, signpost]
}

const hasProxy = ({ server }: Config) => server.tls.mode === 'proxy'

/** Without a proxy the certificate is ours, and its worst verdict is what a client meets. */
function incomingState({ config, traffic, tls }: MapSources): DependencyState {
  if (hasProxy(config)) return traffic.forwardedAt() === null ? 'unknown' : 'ok'
  if (tls.certificate === null) return 'problem'
  if (tls.verdicts.some(({ severity }) => severity !== 'warning')) return 'problem'
  return tls.lastError === null && tls.verdicts.length === 0 ? 'ok' : 'warning'
}

function arrowsIn(sources: MapSources): MapArrow[] {
  const { config, activity } = sources
  const lately = activity.counters.lately(publicMeter)
  const base = {
    perMinute: activity.counters.lastMinute(publicMeter).calls,
    p50: lately.times.percentile(0.5),
    since: null,
    lastError: null,
  }
  const state = incomingState(sources)
  if (!hasProxy(config)) {
    const direct = { id: 'clients-signpost', from: 'clients', to: 'signpost', flow: 'identity' } as const
    return [{ ...base, ...direct, state }]
  }
  return [
    { ...base, id: 'clients-proxy', from: 'clients', to: 'proxy', flow: 'identity', state },
    { ...base, id: 'proxy-signpost', from: 'proxy', to: 'signpost', flow: 'proxy', state },
  ]
}
