import type { Medium } from '../../matrix/threepid.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { ActivityEntry, Recorder } from './entry.ts'
import type { ActivityOutcome } from './row.ts'

/**
 * Takes what the history of invitations says over into the log: what this process wrote, another one, or a command. The
 * origin of a row keeps it from being written twice.
 */
export interface InvitationFollower {
  /** Finds where to go on: at what is an hour old, so that nothing is missed over a restart. */
  begin(): Promise<void>
  /** Never rejects. */
  catchUp(): Promise<void>
}

const LOOK_BACK_MS = 3_600_000
/** On PostgreSQL a transaction can commit a number below one that was seen already. */
const LATE_MS = 60_000
const PAGE = 200

export function followInvitations(
  storage: Storage,
  { clock, log }: Runtime,
  recorder: Pick<Recorder, 'record'>,
): InvitationFollower {
  const seen = new Map<number, number>()
  let from = clock.now() - LOOK_BACK_MS

  async function page(after: number): Promise<readonly Row[]> {
    return await storage.db
      .selectFrom('invitation_history as history')
      .innerJoin('invitations', 'invitations.id', 'history.invitation_id')
      .select(['history.id', 'history.at', 'history.state', 'history.detail', 'history.invitation_id'])
      .select(['invitations.medium', 'invitations.address', 'invitations.sender'])
      .select(['invitations.resolved_mxid', 'invitations.resolved_source'])
      .where('history.at', '>=', from)
      .where('history.id', '>', after)
      .orderBy('history.id')
      .limit(PAGE)
      .execute()
  }

  async function catchUp(): Promise<void> {
    const now = clock.now()
    for (let after = 0; ;) {
      const rows = await page(after)
      for (const row of rows) {
        if (!seen.has(Number(row.id))) recorder.record(toEntry(row))
        seen.set(Number(row.id), Number(row.at))
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < PAGE) break
      after = Number(last.id)
    }
    from = Math.max(from, now - LATE_MS)
    for (const [id, at] of seen) if (at < from) seen.delete(id)
  }

  return {
    begin: async () => void (from = clock.now() - LOOK_BACK_MS),
    catchUp: () =>
      catchUp().catch((error: unknown) =>
        log.warn({ err: error }, 'the history of invitations could not be read for the activity log'),
      ),
  }
}

interface Row {
  readonly id: number
  readonly at: number
  readonly state: string
  readonly detail: string
  readonly invitation_id: string
  readonly medium: string
  readonly address: string
  readonly sender: string
  readonly resolved_mxid: string | null
  readonly resolved_source: string | null
}

const outcomes: Readonly<Record<string, ActivityOutcome>> = {
  waiting: 'waiting',
  failed: 'failed',
  'not-mailed': 'failed',
  expired: 'nothing',
}

function toEntry(row: Row): ActivityEntry {
  return {
    kind: 'invitation',
    action: row.state,
    outcome: outcomes[row.state] ?? 'ok',
    at: Number(row.at),
    address: { medium: row.medium as Medium, address: row.address },
    mxid: row.resolved_mxid,
    requester: { user: row.sender },
    source: row.resolved_source,
    reason: row.detail === '' ? null : row.detail,
    details: { invitation: row.invitation_id },
    origin: `invitation ${row.id}`,
  }
}
