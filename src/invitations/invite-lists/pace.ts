import { z } from 'zod'

/**
 * Homeservers count invitations by address and invitations of users apart. Synapse lets one user invite five people by
 * address at once and then one every 400 seconds (`rc_third_party_invite`), and users at 0.3 a second after ten
 * (`rc_invites.per_issuer`), unless its operator has chosen otherwise:
 * https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html#rc_third_party_invite
 */
const assumed = {
  mail: { burst: 5, everyMs: 400_000 },
  direct: { burst: 10, everyMs: 3_334 },
} as const

export type Lane = keyof typeof assumed
export const lanes = Object.keys(assumed) as readonly Lane[]

const laneShape = z.object({
  /** When the next one may be sent, milliseconds since the epoch. */
  nextAt: z.number(),
  /** When the last one went out. */
  lastAt: z.number().nullable(),
  /** Time from one to the next, learnt from the homeserver; null: it has not said stop yet. */
  everyMs: z.number().nullable(),
})
export const pacesShape = z.object({ mail: laneShape, direct: laneShape })

export type LanePace = z.infer<typeof laneShape>
export type Paces = z.infer<typeof pacesShape>

export const freshPaces = (now: number): Paces => ({
  mail: { nextAt: now, lastAt: null, everyMs: null },
  direct: { nextAt: now, lastAt: null, everyMs: null },
})

/** After one that was sent: the next waits as long as the homeserver is known to want. */
export function sent(pace: LanePace, now: number): LanePace {
  return { ...pace, lastAt: now, nextAt: now + (pace.everyMs ?? 0) }
}

/** After a refusal for the pace: what the homeserver wants to wait is the time from the last one to the next. */
export function limited(pace: LanePace, now: number, retryAfterMs: number): LanePace {
  const everyMs = retryAfterMs + (pace.lastAt === null ? 0 : now - pace.lastAt)
  return { ...pace, everyMs, nextAt: now + retryAfterMs }
}

export interface Estimate {
  /** Milliseconds since the epoch. */
  readonly finishAt: number
  /** True when the homeserver has shown its pace; else it is what Synapse does by default. */
  readonly measured: boolean
}

/** When all that wait are sent, if nothing comes in between. */
export function estimate(paces: Paces, waiting: Readonly<Record<Lane, number>>, now: number): Estimate {
  const ends = lanes.map((lane) => {
    const { everyMs, nextAt } = paces[lane]
    const count = waiting[lane]
    if (count === 0) return now
    const start = Math.max(now, nextAt)
    if (everyMs !== null) return start + (count - 1) * everyMs
    return start + Math.max(0, count - assumed[lane].burst) * assumed[lane].everyMs
  })
  const measured = lanes.every((lane) => waiting[lane] === 0 || paces[lane].everyMs !== null)
  return { finishAt: Math.max(...ends), measured }
}
