import { z } from 'zod'
import { dependencyState } from '../../activity/counters/dependency-state.ts'
import { describeRoutes } from '../api/route.ts'
import { integrationIds } from '../integrations/features.ts'

export const nodeKinds = [
  'clients',
  'proxy',
  'homeserver',
  'signpost',
  'backend',
  'mail',
  'sms',
  'central',
  'peer',
  'bridge',
] as const

const node = z.strictObject({
  /** `signpost`, `backend list`, `peer example.net`, ...: as in the charts and in `dependency` events. */
  id: z.string(),
  kind: z.enum(nodeKinds),
  /** A backend's id, a host, a domain; null where the kind says it all. */
  name: z.string().nullable(),
  /** What it is, more exactly: the type of a backend, the transport of mail. */
  type: z.string().nullable(),
  state: dependencyState,
  /** The page of the console that sets it up, or shows more. */
  page: z.string(),
  /** Of the homeserver: what Signpost does between clients and it, as far as that is on. */
  integrations: z.array(z.enum(integrationIds)).optional(),
})

const arrow = z.strictObject({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  /** What goes along it; the console has a word for each: `map.flow.<flow>`. */
  flow: z.enum([
    'identity',
    'proxy',
    'lookup',
    'sync',
    'mail',
    'sms',
    'openid',
    'passing',
    'onbind',
    'federation',
  ]),
  state: dependencyState,
  /** Calls in the last whole minute. */
  perMinute: z.number(),
  /** Median of the last ten minutes in milliseconds; null without any call. */
  p50: z.number().nullable(),
  /** Since when it is in this state, milliseconds since the epoch; null: since the start, or unknown. */
  since: z.number().nullable(),
  lastError: z
    .strictObject({ at: z.number(), code: z.string(), reason: z.string(), fix: z.string().nullable() })
    .nullable(),
})

export const mapContract = describeRoutes({
  'GET /api/map': {
    summary: 'The picture of this installation: who talks to whom, and how that goes.',
    access: 'session',
    answer: z.strictObject({
      at: z.number(),
      nodes: z.array(node),
      arrows: z.array(arrow),
      /** Every machine outside that Signpost has connected to in the last 30 days. */
      outside: z.array(
        z.strictObject({
          host: z.string(),
          /** What for, and how often. */
          purpose: z.enum(['mail', 'sms', 'peer', 'central', 'bridge', 'homeserver', 'backend']),
          firstAt: z.number(),
          lastAt: z.number(),
          calls: z.number(),
          failures: z.number(),
        }),
      ),
      /** Peers beyond those that are drawn. */
      morePeers: z.number(),
    }),
  },
})

export type MapNode = z.infer<typeof node>
export type MapArrow = z.infer<typeof arrow>
