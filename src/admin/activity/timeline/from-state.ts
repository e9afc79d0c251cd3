import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { ActivityOutcome } from '../../../activity/log/row.ts'
import type { ThreePid } from '../../../matrix/threepid.ts'
import type { Database } from '../../../storage/schema.ts'
import { present } from './from-activity.ts'
import type { TimelineEntry } from './timeline.ts'

type Db = Kysely<Database>

const outcomes: Readonly<Record<string, ActivityOutcome>> = {
  waiting: 'waiting',
  failed: 'failed',
  'not-mailed': 'failed',
  expired: 'nothing',
}

/** The whole history of every invitation to the address. */
export async function invitationEntries(db: Db, { medium, address }: ThreePid): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('invitation_history as history')
    .innerJoin('invitations', 'invitations.id', 'history.invitation_id')
    .select(['history.at', 'history.state', 'history.detail', 'invitations.id', 'invitations.sender'])
    .where('invitations.medium', '=', medium)
    .where('invitations.address', '=', address)
    .execute()
  return rows.map(({ at, state, detail, id, sender }) => ({
    at: Number(at),
    from: 'invitation',
    code: `invitation.${state}`,
    params: present({ invitation: id, by: sender, reason: detail === '' ? null : detail }),
    outcome: outcomes[state] ?? 'ok',
    page: `/invitations/${id}`,
  }))
}

const receiver = z.object({ to: z.string(), kind: z.string().optional() })
/** Open messages that are looked through: the receiver stands inside them. */
const MOST_MESSAGES = 2_000

/** What waits for delivery, or could not be delivered; what was delivered is in the log. */
export async function messageEntries(db: Db, { address }: ThreePid): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('outbox')
    .select(['kind', 'payload', 'state', 'attempts', 'created_at', 'next_attempt_at', 'last_error'])
    .where('state', '<>', 'done')
    .where('kind', 'in', ['email', 'sms'])
    .orderBy('created_at', 'desc')
    .limit(MOST_MESSAGES)
    .execute()
  return rows.flatMap((row) => {
    const given = receiver.safeParse(JSON.parse(row.payload)).data
    if (given?.to !== address) return []
    const isOver = row.state === 'failed'
    const params = present({
      message: given.kind ?? null,
      attempt: Number(row.attempts),
      next: isOver ? null : Number(row.next_attempt_at),
      reason: row.last_error,
    })
    const code = isOver ? 'message.failed' : 'message.waiting'
    const outcome = isOver ? 'failed' : 'waiting'
    return [{ at: Number(row.created_at), from: 'message', code, params, outcome, page: '/notifications' }]
  })
}

export async function validationEntries(db: Db, { medium, address }: ThreePid): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('sessions')
    .select(['created_at', 'validated_at', 'failed_attempts'])
    .where('medium', '=', medium)
    .where('address', '=', address)
    .execute()
  const base = { from: 'validation', outcome: 'ok', page: null } as const
  return rows.flatMap(({ created_at, validated_at, failed_attempts }) => {
    const params = { wrong: Number(failed_attempts) }
    const started = { ...base, at: Number(created_at), code: 'validation.started', params }
    if (validated_at === null) return [started]
    return [started, { ...base, at: Number(validated_at), code: 'validation.validated', params: {} }]
  })
}

export async function associationEntries(db: Db, { medium, address }: ThreePid): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('associations')
    .select(['mxid', 'bound_at'])
    .where('medium', '=', medium)
    .where('address', '=', address)
    .execute()
  return rows.map(({ mxid, bound_at }) => ({
    at: Number(bound_at),
    from: 'association',
    code: 'association.holds',
    params: { mxid },
    outcome: 'ok',
    page: '/associations',
  }))
}

/** Who claims the address in lists and mirrors, as of the last sync; two who do are a conflict. */
export async function directoryEntries(
  db: Db,
  { medium, address }: ThreePid,
  now: number,
): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('directory_entries as entries')
    .leftJoin('directory_syncs as syncs', 'syncs.source', 'entries.source')
    .select(['entries.source', 'entries.mxid', 'syncs.succeeded_at'])
    .where('entries.medium', '=', medium)
    .where('entries.address', '=', address)
    .orderBy('entries.mxid')
    .execute()
  return [...Map.groupBy(rows, ({ source }) => source)].map(([source, claims]) => {
    const mxids = [...new Set(claims.map(({ mxid }) => mxid))]
    const inConflict = mxids.length > 1
    return {
      at: Number(claims[0]?.succeeded_at ?? now),
      from: 'directory',
      code: inConflict ? 'directory.conflict' : 'directory.entry',
      params: { source, mxid: mxids[0] ?? '', mxids: mxids.join(', ') },
      outcome: inConflict ? 'failed' : 'ok',
      page: `/backends/${source}`,
    }
  })
}
