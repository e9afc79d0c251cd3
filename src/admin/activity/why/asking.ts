import type { Kysely } from 'kysely'
import { acceptedUrls, hasAcceptedAll } from '../../../accounts/terms.ts'
import { readActivity } from '../../../activity/log/query.ts'
import type { ActivityRow } from '../../../activity/log/row.ts'
import type { Config } from '../../../config/schema.ts'
import type { Database } from '../../../storage/schema.ts'
import type { Cause } from './why.ts'

/** What is known here of the one who asks. */
export interface Asking {
  readonly user: string
  readonly hasToken: boolean
  readonly hasAcceptedTerms: boolean
  readonly lastAskedAt: number | null
  /** Refused lookups, the newest first. */
  readonly refused: readonly ActivityRow[]
}

const DAY_MS = 86_400_000
/** What was refused longer ago is hardly why somebody is not found today. */
const LATELY_MS = 7 * DAY_MS

export async function readAsking(db: Kysely<Database>, { terms }: Config, user: string): Promise<Asking> {
  const token = await db.selectFrom('tokens').select('user_id').where('user_id', '=', user).executeTakeFirst()
  const asked = await db
    .selectFrom('activity')
    .select('at')
    .where('user_id', '=', user)
    .where('kind', '=', 'lookup')
    .where('outcome', 'in', ['ok', 'nothing'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const filter = { user, outcome: ['refused', 'failed'], kind: ['lookup', 'sign-in'] } as const
  const refused = await readActivity(db, { filter, limit: 5 })
  return {
    user,
    hasToken: token !== undefined,
    hasAcceptedTerms: hasAcceptedAll(terms, await acceptedUrls(db, user)),
    lastAskedAt: asked === undefined ? null : Number(asked.at),
    refused: refused.rows,
  }
}

/** What keeps somebody from finding anybody, the weightiest first. */
export function causesOfAsking(known: Asking, now: number): readonly Cause[] {
  const { user, lastAskedAt } = known
  const causes: Cause[] = []
  const say = (code: string, params: Cause['params'], page: string) => causes.push({ code, params, page })
  if (!known.hasToken) say('no-account', { user }, '/homeserver')
  else if (!known.hasAcceptedTerms) say('terms-not-accepted', { user }, '/policies')
  else if (lastAskedAt === null) say('never-asked', { user }, '/homeserver')
  const [refusal] = known.refused
  if (refusal !== undefined && refusal.at > Math.max(lastAskedAt ?? 0, now - LATELY_MS)) {
    const params = { user, at: refusal.at, code: refusal.code ?? '', reason: refusal.reason ?? '' }
    say('asked-and-refused', params, `/activity?row=${refusal.id}`)
  }
  return causes
}
