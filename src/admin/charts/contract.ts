import { z } from 'zod'
import { dependencyState } from '../../activity/counters/dependency-state.ts'
import { describeRoutes } from '../api/route.ts'

export const chartRanges = ['1h', '24h', '7d', '30d', '1y'] as const
const range = z.enum(chartRanges).default('24h')

/** One number a step, the oldest first; null where nothing is known (Signpost did not run, nothing was measured). */
const series = z.array(z.number().nullable())

const timing = {
  /** Milliseconds. */
  p50: series,
  p95: series,
  p99: series,
}

const dependency = z.strictObject({
  /** `backend list`, `mail`, `peer example.net`, ...: as in the map. */
  id: z.string(),
  kind: z.enum(['backend', 'homeserver', 'peer', 'central', 'bridge', 'mail', 'sms']),
  name: z.string(),
  state: dependencyState,
  /** Up to 90 beats, the oldest first: how the calls of one step went. `null`: there were none. */
  beats: z.array(
    z
      .strictObject({ at: z.number(), calls: z.number(), failures: z.number(), p50: z.number().nullable() })
      .nullable(),
  ),
  calls: z.number(),
  failures: z.number(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
})

export const chartsContract = describeRoutes({
  'GET /api/charts': {
    summary: 'Lookups, their latency, validations, binds and invitations over time.',
    access: 'session',
    query: z.strictObject({ range }),
    answer: z.strictObject({
      range: z.enum(chartRanges),
      /** Start of the first step, milliseconds since the epoch. */
      from: z.number(),
      stepMs: z.number(),
      steps: z.number(),
      lookups: z.strictObject({ requests: series, asked: series, found: series, ...timing }),
      validations: z.strictObject({ started: series, finished: series }),
      binds: z.strictObject({ bound: series, unbound: series }),
      /** How many reached each state. */
      invitations: z.strictObject({
        created: series,
        delivered: series,
        accepted: series,
        expired: series,
        revoked: series,
        failed: series,
      }),
      messages: z.strictObject({ sent: series, failed: series }),
      refused: series,
    }),
  },
  'GET /api/charts/dependencies': {
    summary: 'How everything that Signpost depends on has answered.',
    access: 'session',
    query: z.strictObject({ range }),
    answer: z.strictObject({
      range: z.enum(chartRanges),
      /** Length of one beat. */
      beatMs: z.number(),
      dependencies: z.array(dependency),
    }),
  },
})
