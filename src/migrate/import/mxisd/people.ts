import { z } from 'zod'
import type { Drafts, Reading } from '../data.ts'
import type { SourceDatabase } from '../database/source-database.ts'
import { sessionDraft, termsDraft, tokenDraft, userOf } from '../people.ts'
import { readTable } from '../read-table.ts'
import { flag, seconds, text, wholeNumber } from '../values.ts'

const accountSchema = z.object({ token: text, expiresIn: wholeNumber, createdAt: seconds, userId: text })
const acceptedSchema = z.object({ url: text, userId: text, acceptedAt: wholeNumber })
const sessionSchema = z.object({
  id: text,
  creationTime: wholeNumber,
  medium: text,
  address: text,
  secret: text,
  validated: flag,
  validationTime: wholeNumber,
})

/** ma1sd has one row a token; its users are the accounts. */
export function ma1sdAccounts(db: SourceDatabase, reading: Reading) {
  return readTable(db, reading, {
    table: 'account',
    schema: accountSchema,
    section: 'accounts',
    read({ userId: user, createdAt }): Drafts['accounts'] | null {
      const userId = userOf(reading, 'account', user)
      if (userId === null || !reading.stage.isFirst('account', userId)) return null
      return { userId, createdAt: createdAt ?? 0 }
    },
  })
}

export function ma1sdTokens(db: SourceDatabase, reading: Reading) {
  return readTable(db, reading, {
    table: 'account',
    schema: accountSchema,
    section: 'tokens',
    read({ userId: user, token, createdAt, expiresIn }): Drafts['tokens'] | null {
      const userId = userOf(reading, 'account', user)
      if (userId === null) return null
      const row = `account of ${userId}`
      if ((createdAt ?? 0) + (expiresIn ?? 0) * 1000 > reading.now) {
        return tokenDraft(reading, row, token, userId, createdAt ?? 0)
      }
      reading.findings.add('expired-token', row, 'an access token')
      return null
    },
  })
}

export function ma1sdTerms(db: SourceDatabase, reading: Reading) {
  return readTable(db, reading, {
    table: 'accepted',
    schema: acceptedSchema,
    section: 'terms',
    read: ({ url, userId, acceptedAt }) =>
      termsDraft(reading, 'accepted', userId, url, acceptedAt ?? reading.now),
  })
}

export function mxisdSessions(db: SourceDatabase, reading: Reading) {
  return readTable(db, reading, {
    table: 'session_3pid',
    schema: sessionSchema,
    section: 'sessions',
    read({ id, secret, medium, address, validated, creationTime, validationTime }) {
      const session = { sid: id, medium, address, secret }
      return sessionDraft(reading, `session_3pid ${id}`, session, validated, creationTime, validationTime)
    },
  })
}
