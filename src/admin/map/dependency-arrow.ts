import type { Activity } from '../../activity/activity.ts'
import { passesOn } from '../integrations/features.ts'
import type { MapArrow, MapNode } from './contract.ts'

const flows = {
  homeserver: 'openid',
  backend: 'lookup',
  mail: 'mail',
  sms: 'sms',
  central: 'federation',
  peer: 'federation',
  bridge: 'federation',
} as const

/** From Signpost to what it depends on, as the calls of late went. */
export function dependencyArrow(
  node: MapNode,
  { counters, dependencies }: Pick<Activity, 'counters' | 'dependencies'>,
): MapArrow {
  const health = dependencies.health(node.id)
  return {
    id: `signpost-${node.id}`,
    from: 'signpost',
    to: node.id,
    flow: flowTo(node),
    state: node.state === 'off' ? 'off' : (health?.state ?? node.state),
    perMinute: counters.lastMinute(node.id).calls,
    p50: counters.lately(node.id).times.percentile(0.5),
    since: health?.since ?? null,
    lastError: health?.lastError ?? null,
  }
}

function flowTo({ kind, integrations = [] }: MapNode): MapArrow['flow'] {
  if (integrations.some(passesOn)) return 'passing'
  return kind in flows ? flows[kind as keyof typeof flows] : 'identity'
}
