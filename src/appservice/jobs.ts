import { z } from 'zod'
import type { OutboxMessage } from '../notify/outbox.ts'

const roomId = z.string()

/** What an event makes Signpost do, as it waits in the outbox (kind `appservice`). */
export const jobSchema = z.discriminatedUnion('job', [
  /** Somebody has invited the bot. */
  z.object({ job: z.literal('invited'), roomId, sender: z.string() }),
  /** An invitation whose time is over has arrived at the user that rejects them. */
  z.object({ job: z.literal('reject'), roomId }),
  /** Somebody was invited by Matrix ID, and may have to be mailed. */
  z.object({
    job: z.literal('mail'),
    roomId,
    userId: z.string(),
    sender: z.string(),
    names: z.record(z.string(), z.string()),
  }),
  z.object({ job: z.literal('command'), roomId, sender: z.string(), eventId: z.string(), text: z.string() }),
  /** Somebody writes where the bot cannot read. */
  z.object({ job: z.literal('encrypted'), roomId }),
  z.object({ job: z.literal('notice'), roomId, txnId: z.string(), text: z.string() }),
])

export type Job = z.output<typeof jobSchema>

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** For how long each is worth trying. */
const lifetimes: Readonly<Record<Job['job'], number>> = {
  invited: DAY_MS,
  reject: 7 * DAY_MS,
  mail: DAY_MS,
  command: 5 * MINUTE_MS,
  encrypted: 5 * MINUTE_MS,
  notice: DAY_MS,
}

/** A job as a row of the outbox; `cause` names it, so that it is done once. */
export function asMessage(job: Job, cause: string, now: number): OutboxMessage {
  return {
    kind: 'appservice',
    dedupeKey: `appservice ${cause}`,
    payload: job,
    expiresAt: now + lifetimes[job.job],
  }
}

/** One hint for each room. */
export const causeOf = (job: Job, eventId: string) =>
  job.job === 'encrypted' ? `encrypted ${job.roomId}` : `event ${eventId}`
