import { openResend } from '../invitations/open-resend.ts'
import type { Resending } from '../invitations/resend.ts'
import { revokeInvitation, type Revocation } from '../invitations/revoke.ts'
import { createNotificationQueue } from '../notify/queue.ts'
import { exitCodes } from './config-commands.ts'
import type { DataContext, OpenData } from './open-data.ts'

const operator = 'the operator'

/** `signpost invitations revoke ID...`: exit code 3 when one of them can still be used. */
export async function revokeAll(
  { storage, runtime }: OpenData,
  io: DataContext,
  ids: readonly string[],
): Promise<number> {
  const outcomes = []
  for (const id of ids) outcomes.push({ id, ...(await revokeInvitation(storage, runtime, id, operator)) })
  if (io.json) io.out(JSON.stringify(outcomes))
  else for (const { id, ...revocation } of outcomes) tell(io, isRevoked(revocation), describe(id, revocation))
  return outcomes.every(isRevoked) ? exitCodes.fine : exitCodes.notFound
}

const isRevoked = ({ result }: Revocation) => result === 'revoked' || result === 'over'

function describe(id: string, revocation: Revocation): string {
  switch (revocation.result) {
    case 'revoked':
      return `The invitation ${id} is revoked.`
    case 'over':
      return revocation.state === 'revoked'
        ? `The invitation ${id} was revoked before.`
        : `The invitation ${id} has expired: nobody can use it any more.`
    case 'too-late':
      return `The invitation ${id} is ${revocation.state}: it is the room's now, where it can be taken back.`
    case 'unknown':
      return `There is no invitation ${id}. "signpost invitations list" shows them all.`
  }
}

/** `signpost invitations resend ID`: exit code 3 when nothing was sent. */
export async function resendOne(
  { storage, runtime, config }: OpenData,
  io: DataContext,
  id: string,
): Promise<number> {
  const notifications = createNotificationQueue({
    runtime,
    domain: () => config.matrix.domain,
    giveUpAfter: () => config.notifications.giveUpAfter,
  })
  const resend = openResend({ storage, runtime, config: () => config, notifications })
  const resending = await resend(id, operator)
  const isQueued = resending.result === 'queued'
  if (io.json) io.out(JSON.stringify({ id, ...resending }))
  else tell(io, isQueued, explain(id, resending))
  return isQueued ? exitCodes.fine : exitCodes.notFound
}

function explain(id: string, resending: Resending): string {
  switch (resending.result) {
    case 'queued':
      return `The invited person is written to again. The invitation ${id} now expires ${time(resending.expiresAt)}.`
    case 'too-soon':
      return `The last message is too recent. Try again after ${time(resending.notBefore)}.`
    case 'not-pending':
      return `The invitation ${id} is ${resending.state}: only who has not been found yet is written to.`
    case 'refused':
      return `Nothing was sent: ${resending.reason}`
    case 'unknown':
      return `There is no invitation ${id}. "signpost invitations list" shows them all.`
  }
}

function tell(io: DataContext, isFine: boolean, line: string): void {
  if (isFine) io.out(line)
  else io.err(line)
}

const time = (milliseconds: number) => new Date(milliseconds).toISOString()
