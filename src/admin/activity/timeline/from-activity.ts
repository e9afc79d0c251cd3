import type { Kysely } from 'kysely'
import { readActivity } from '../../../activity/log/query.ts'
import type { ActivityRow } from '../../../activity/log/row.ts'
import type { Database } from '../../../storage/schema.ts'
import type { TimelineEntry } from './timeline.ts'

/** What the log has of an address. What it copied from the history of invitations comes from there, without an end. */
export async function activityEntries(
  db: Kysely<Database>,
  subject: string,
  limit: number,
): Promise<readonly TimelineEntry[]> {
  const { rows } = await readActivity(db, { filter: { subject }, limit })
  return rows.filter(({ kind, outcome }) => kind !== 'invitation' || outcome === 'refused').map(toEntry)
}

function toEntry(row: ActivityRow): TimelineEntry {
  return {
    at: row.at,
    from: 'activity',
    code: `${row.kind}.${row.action}`,
    params: {
      ...row.details,
      ...present({
        mxid: row.mxid,
        source: row.source,
        by: row.requester.user ?? row.requester.server ?? row.requester.ip,
        code: row.code,
        reason: row.reason,
      }),
    },
    outcome: row.outcome,
    page: `/activity?row=${row.id}`,
  }
}

export function present(
  values: Readonly<Record<string, string | number | null>>,
): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  )
}
