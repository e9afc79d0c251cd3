import type { Storage } from '../storage/storage.ts'
import type { Concern } from './attention.ts'
import type { Notice } from './messages.ts'

/** Turns what is the case into news: each event is told once. */
export interface Notices {
  /** What is new among the concerns, and in the history of the invitations. */
  next(concerns: readonly Concern[]): Promise<readonly Notice[]>
}

/** More at once are told in one sentence. */
const MAX_SINGLE = 3

const titles = {
  'backend-down': 'A directory does not answer',
  'certificate-expiring': 'A certificate runs out',
} as const

export function createNotices(storage: Storage): Notices {
  let seenHistory: number | null = null
  let present: ReadonlySet<string> = new Set()
  let events = 0

  /** Invitations that failed since the last look. What was there before the first look is no news. */
  async function failedInvitations(): Promise<readonly Notice[]> {
    const { db } = storage
    const { last } = await db
      .selectFrom('invitation_history')
      .select((eb) => eb.fn.max('id').as('last'))
      .executeTakeFirstOrThrow()
    const newest = Number(last ?? 0)
    const since = seenHistory
    seenHistory = newest
    if (since === null || newest <= since) return []
    const rows = await db
      .selectFrom('invitation_history')
      .innerJoin('invitations', 'invitations.id', 'invitation_history.invitation_id')
      .select(['invitation_history.id as id', 'invitations.resolved_server as server'])
      .where('invitation_history.id', '>', since)
      .where('invitation_history.id', '<=', newest)
      .where('invitation_history.state', '=', 'failed')
      .execute()
    if (rows.length > MAX_SINGLE)
      return [undeliverable(`many ${newest}`, `${rows.length} invitations failed.`)]
    return rows.map(({ id, server }) =>
      undeliverable(String(id), `${server ?? 'The homeserver'} did not take an invitation.`),
    )
  }

  return {
    async next(concerns) {
      const lasting = concerns.filter((each) => each.code !== 'invitation-undeliverable')
      const keyOf = ({ code, subject }: Concern) => `${code} ${subject}`
      const fresh = lasting.filter((each) => !present.has(keyOf(each)))
      present = new Set(lasting.map(keyOf))
      const notices = fresh.map((each): Notice => {
        const kind = each.code === 'backend-down' ? 'backend-down' : 'certificate-expiring'
        const body = `${each.text} Signpost shows what to do.`
        return { type: 'notice', kind, key: `${keyOf(each)} ${++events}`, title: titles[kind], body }
      })
      return [...notices, ...(await failedInvitations())]
    },
  }
}

function undeliverable(key: string, what: string): Notice {
  return {
    type: 'notice',
    kind: 'invitation-undeliverable',
    key: `invitation-undeliverable ${key}`,
    title: 'An invitation cannot be delivered',
    body: `${what} Signpost shows why, and can send it again.`,
  }
}
