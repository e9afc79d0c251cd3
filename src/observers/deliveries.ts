import { z } from 'zod'
import type { Activity } from '../activity/activity.ts'
import type { Call } from '../activity/counters/dependencies.ts'
import type { ActivityOutcome } from '../activity/log/row.ts'
import type { Config } from '../config/schema.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import { canonicalAddress, type ThreePid } from '../matrix/threepid.ts'
import type { DeliveryAttempt } from '../notify/delivery-watch.ts'
import { mailHost, smsHost } from './hosts.ts'

/** What the payloads of the outbox tell of the receiver; see `notify/handlers.ts` and `invitations/hand-over.ts`. */
const receiver = z.object({
  to: z.string().optional(),
  kind: z.string().optional(),
  mxid: z.string().optional(),
})

const outcomes: Readonly<Record<string, ActivityOutcome>> = { done: 'ok', retry: 'waiting', failed: 'failed' }
const kinds: Readonly<Record<string, 'mail' | 'sms' | 'homeserver'>> = {
  email: 'mail',
  sms: 'sms',
  onbind: 'homeserver',
}

/** One attempt at a mail, a text message, or an invitation that a homeserver is told of. */
export function observeDelivery(
  activity: Activity,
  config: Config,
  { entry, result, ms }: DeliveryAttempt,
): void {
  const given = receiver.safeParse(entry.payload).data ?? {}
  const server = given.mxid === undefined ? null : (parseUserId(given.mxid)?.serverName ?? null)
  const reason = result.result === 'done' ? null : result.error
  activity.recorder.record({
    kind: 'delivery',
    action: entry.kind,
    outcome: outcomes[result.result] ?? 'failed',
    address: addressOf(entry.kind, given.to),
    mxid: given.mxid ?? null,
    source: server,
    durationMs: ms,
    reason,
    details: { attempt: entry.attempts, ...(given.kind === undefined ? {} : { message: given.kind }) },
  })

  // A final no concerns one message; whoever said it works.
  const ok = result.result !== 'retry' || result.receiver === 'up'
  observeReceiver(activity, config, kinds[entry.kind], server, {
    ok,
    ms,
    ...(reason === null ? {} : { reason }),
  })
}

function observeReceiver(
  { dependencies, hosts }: Activity,
  config: Config,
  kind: 'mail' | 'sms' | 'homeserver' | undefined,
  server: string | null,
  call: Call,
): void {
  if (kind === undefined) return
  const ofNotifications = kind === 'mail' ? mailHost(config) : smsHost(config)
  const host = kind === 'homeserver' ? server : ofNotifications
  if (host !== null) hosts.contacted(host, kind, call.ok)
  if (kind !== 'homeserver') dependencies.called({ kind, name: '' }, call)
  else if (server === config.matrix.domain) dependencies.called({ kind, name: server }, call)
}

function addressOf(kind: string, to: string | undefined): ThreePid | null {
  const medium = kind === 'sms' ? 'msisdn' : 'email'
  const address = to === undefined ? null : canonicalAddress(medium, to)
  return address === null ? null : { medium, address }
}
