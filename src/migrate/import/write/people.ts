import type { Transaction } from 'kysely'
import type { Database } from '../../../storage/schema.ts'
import type { Drafts } from '../data.ts'
import { unlessKnown, type SectionWriter } from './section-writer.ts'

export const accountWriter: SectionWriter<Drafts['accounts']> = {
  async decide(db, drafts) {
    const ids = drafts.map(({ userId }) => userId)
    const rows =
      db === null || ids.length === 0
        ? []
        : await db.selectFrom('accounts').select('user_id').where('user_id', 'in', ids).execute()
    return unlessKnown(drafts, new Set(rows.map((row) => row.user_id)), ({ userId }) => userId)
  },
  write: (tx, drafts) => addAccounts(tx, drafts),
}

export const tokenWriter: SectionWriter<Drafts['tokens']> = {
  async decide(db, drafts) {
    const hashes = drafts.map(({ tokenHash }) => tokenHash)
    const rows =
      db === null || hashes.length === 0
        ? []
        : await db.selectFrom('tokens').select('token_hash').where('token_hash', 'in', hashes).execute()
    return unlessKnown(drafts, new Set(rows.map((row) => row.token_hash)), ({ tokenHash }) => tokenHash)
  },
  async write(tx, drafts) {
    await addAccounts(tx, drafts)
    await tx
      .insertInto('tokens')
      .values(
        drafts.map(({ tokenHash, userId, createdAt }) => ({
          token_hash: tokenHash,
          user_id: userId,
          created_at: createdAt,
        })),
      )
      .onConflict((conflict) => conflict.column('token_hash').doNothing())
      .execute()
  },
}

const termsKey = (userId: string, url: string) => `${userId} ${url}`

export const termsWriter: SectionWriter<Drafts['terms']> = {
  async decide(db, drafts) {
    const ids = [...new Set(drafts.map(({ userId }) => userId))]
    const rows =
      db === null || ids.length === 0
        ? []
        : await db
            .selectFrom('accepted_terms')
            .select(['user_id', 'url'])
            .where('user_id', 'in', ids)
            .execute()
    const known = new Set(rows.map((row) => termsKey(row.user_id, row.url)))
    return unlessKnown(drafts, known, ({ userId, url }) => termsKey(userId, url))
  },
  async write(tx, drafts) {
    await addAccounts(
      tx,
      drafts.map(({ userId, acceptedAt }) => ({ userId, createdAt: acceptedAt })),
    )
    await tx
      .insertInto('accepted_terms')
      .values(
        drafts.map(({ userId, url, acceptedAt }) => ({ user_id: userId, url, accepted_at: acceptedAt })),
      )
      .onConflict((conflict) => conflict.columns(['user_id', 'url']).doNothing())
      .execute()
  },
}

export const sessionWriter: SectionWriter<Drafts['sessions']> = {
  async decide(db, drafts) {
    const sids = drafts.map(({ sid }) => sid)
    const rows =
      db === null || sids.length === 0
        ? []
        : await db.selectFrom('sessions').select('sid').where('sid', 'in', sids).execute()
    return unlessKnown(drafts, new Set(rows.map((row) => row.sid)), ({ sid }) => sid)
  },
  async write(tx, drafts) {
    // The same address and secret may have a session of Signpost's own by now.
    await tx
      .insertInto('sessions')
      .values([...drafts])
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  },
}

/** Tokens and accepted terms belong to accounts; the other servers did not insist on that. */
async function addAccounts(
  tx: Transaction<Database>,
  accounts: readonly Drafts['accounts'][],
): Promise<void> {
  const oldest = new Map<string, number>()
  for (const { userId, createdAt } of accounts) {
    oldest.set(userId, Math.min(createdAt, oldest.get(userId) ?? createdAt))
  }
  await tx
    .insertInto('accounts')
    .values([...oldest].map(([user_id, created_at]) => ({ user_id, created_at })))
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute()
}
