import type { Kysely } from 'kysely'
import type { Config } from '../config/schema.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'

type Policies = Config['terms']

/** The documents of a policy, one URL per language. */
function urlsOf(policy: Policies[string]): string[] {
  return Object.values(policy).flatMap((document) => (typeof document === 'object' ? [document.url] : []))
}

/** The documents of all policies in all languages. */
export const documentUrls = (policies: Policies): string[] => Object.values(policies).flatMap(urlsOf)

/**
 * Whether every policy has been accepted in one of its languages (Identity Service API, "Terms of service": one
 * language counts for all of them). A policy whose documents moved to new URLs has to be accepted again.
 */
export function hasAcceptedAll(policies: Policies, accepted: ReadonlySet<string>): boolean {
  return Object.values(policies).every((policy) => urlsOf(policy).some((url) => accepted.has(url)))
}

export async function acceptedUrls(db: Kysely<Database>, userId: string): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('accepted_terms').select('url').where('user_id', '=', userId).execute()
  return new Set(rows.map((row) => row.url))
}

/**
 * Adds to what the user has accepted; nothing is ever taken away, and accepting a part is allowed.
 * @throws MatrixError `M_INVALID_PARAM` for a URL that belongs to no policy; nothing is stored then.
 */
export async function acceptTerms(
  storage: Storage,
  runtime: Runtime,
  policies: Policies,
  userId: string,
  urls: readonly string[],
): Promise<void> {
  const known = new Set(documentUrls(policies))
  const unknown = urls.filter((url) => !known.has(url))
  if (unknown.length > 0) {
    throw new MatrixError('M_INVALID_PARAM', {
      message: 'user_accepts names documents that are not in force. Ask GET /terms for the current ones.',
    })
  }
  if (urls.length === 0) return
  const now = runtime.clock.now()
  await storage.db
    .insertInto('accepted_terms')
    .values([...new Set(urls)].map((url) => ({ user_id: userId, url, accepted_at: now })))
    .onConflict((conflict) => conflict.columns(['user_id', 'url']).doNothing())
    .execute()
}
