import { z } from 'zod'
import type { FoundUser, SearchAnswer, SearchQuery } from '../backend.ts'
import type { Person } from '../person.ts'
import { readRows } from '../read-rows.ts'
import { phoneDigits } from '../spellings.ts'
import { likePattern } from '../sql/source.ts'
import { isStorable, type SqlValues } from '../sql/values.ts'
import { addressTable, isPerson, joinProfile, localpart, type Outline } from './accounts.ts'
import type { SynapseDirectory } from './directory.ts'
import { accountRow, readRow } from './person.ts'
import { fold, mayContain } from './text.ts'

const candidateRow = accountRow.extend({ avatar: z.string().nullable() })

/** A search: the statement that yields candidates in the order of their user IDs, and the decision about each. */
interface Plan {
  readonly text: string
  readonly values: SqlValues
  readonly matches: (person: Person, address: string | null) => boolean
}

/** People whose name, localpart or address contains the term, in any case and script. */
export async function search(
  { database, domain, values, outline }: SynapseDirectory,
  { by, term, limit }: SearchQuery,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const folded = fold(term).trim()
  if (folded === '' || !isStorable(folded)) return { limited: false, results: [] }
  const parts = await outline(signal)
  const plan = by === 'name' ? searchNames(parts, folded) : searchAddresses(parts, folded)
  const found = new Map<string, FoundUser>()
  for await (const page of database.pages(plan.text, { ...values, ...plan.values }, signal)) {
    for (const row of readRows(candidateRow, page, 'Synapse')) {
      const { person } = readRow(row, domain)
      if (person === null || !plan.matches(person, row.address)) continue
      const { mxid, displayName } = person
      found.set(mxid, { mxid, displayName, avatarUrl: mxcOrNull(row.avatar) })
      if (found.size > limit) return { limited: true, results: [...found.values()].slice(0, limit) }
    }
  }
  return { limited: false, results: [...found.values()] }
}

function searchNames(parts: Outline, term: string): Plan {
  const candidate = ['p.displayname', localpart].map((column) => mayContain(column, term, parts.dialect))
  return {
    text: `
      SELECT u.name AS user_id, p.displayname AS name, p.avatar_url AS avatar,
             NULL AS medium, NULL AS address
      FROM users u ${joinProfile(parts)}
      WHERE ${isPerson(parts)} AND (${candidate.join(' OR ')})
      ORDER BY u.name`,
    values: { pattern: likePattern(term) },
    matches: ({ mxid, displayName }) =>
      fold(displayName ?? '').includes(term) || fold(mxid.slice(1, mxid.indexOf(':'))).includes(term),
  }
}

function searchAddresses(parts: Outline, term: string): Plan {
  const digits = phoneDigits(term)
  const candidate = [
    `t.medium = 'email' AND ${mayContain('t.address', term, parts.dialect)}`,
    ...(digits === null ? [] : ["t.medium = 'msisdn' AND t.address LIKE :digits ESCAPE '!'"]),
  ]
  return {
    text: `
      SELECT u.name AS user_id, p.displayname AS name, p.avatar_url AS avatar, t.medium, t.address
      FROM ${addressTable(parts)} t JOIN users u ON u.name = t.user_id ${joinProfile(parts)}
      WHERE ${isPerson(parts)} AND (${candidate.map((one) => `(${one})`).join(' OR ')})
      ORDER BY u.name`,
    values: { pattern: likePattern(term), ...(digits === null ? {} : { digits: likePattern(digits) }) },
    matches: ({ addresses }, stored) =>
      addresses.some(({ medium, address }) =>
        medium === 'email'
          ? address.includes(term) || fold(stored ?? '').includes(term)
          : digits !== null && address.includes(digits),
      ),
  }
}

function mxcOrNull(url: string | null): string | null {
  return url?.startsWith('mxc://') === true ? url : null
}
