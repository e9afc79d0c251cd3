import { z } from 'zod'
import type { Drafts, Reading } from '../data.ts'
import type { SourceDatabase } from '../database/source-database.ts'
import { sessionDraft, termsDraft, tokenDraft, userOf } from '../people.ts'
import { readTable } from '../read-table.ts'
import { flag, text, wholeNumber } from '../values.ts'

const accountSchema = z.object({ user_id: text, created_ts: wholeNumber })
const tokenSchema = z.object({ token: text, user_id: text })
const termsSchema = z.object({ user_id: text, url: text })
const sessionSchema = z.object({
  id: text,
  medium: text,
  address: text,
  clientSecret: text,
  validated: flag,
  mtime: wholeNumber,
})

export function sydentAccounts(db: SourceDatabase, reading: Reading) {
  return readTable(db, reading, {
    table: 'accounts',
    schema: accountSchema,
    section: 'accounts',
    read({ user_id, created_ts }): Drafts['accounts'] | null {
      const userId = userOf(reading, 'accounts', user_id)
      if (userId === null || !reading.stage.isFirst('account', userId)) return null
      return { userId, createdAt: created_ts ?? 0 }
    },
  })
}

export function sydentTokens(db: SourceDatabase, reading: Reading) {
  return readTable(db, reading, {
    table: 'tokens',
    schema: tokenSchema,
    section: 'tokens',
    read(row): Drafts['tokens'] | null {
      const userId = userOf(reading, 'tokens', row.user_id)
      if (userId === null) return null
      return tokenDraft(reading, `tokens of ${userId}`, row.token, userId, reading.now)
    },
  })
}

export function sydentTerms(db: SourceDatabase, reading: Reading) {
  return readTable(db, reading, {
    table: 'accepted_terms_urls',
    schema: termsSchema,
    section: 'terms',
    read: ({ user_id, url }) => termsDraft(reading, 'accepted_terms_urls', user_id, url, reading.now),
  })
}

export function sydentSessions(db: SourceDatabase, reading: Reading) {
  const table = 'threepid_validation_sessions'
  return readTable(db, reading, {
    table,
    schema: sessionSchema,
    section: 'sessions',
    read({ id, validated, mtime, clientSecret, ...address }) {
      const row = `${table} ${id}`
      return sessionDraft(
        reading,
        row,
        { ...address, sid: id, secret: clientSecret },
        validated,
        mtime,
        mtime,
      )
    },
  })
}
