import type { FoundUser, SearchAnswer, SearchQuery } from '../backend.ts'
import { phoneDigits } from '../spellings.ts'
import { isStorable } from '../sql/database.ts'
import { likePattern } from '../sql/source.ts'
import { readUsers, selectUsers } from './people.ts'
import { digitsOf } from './phones.ts'
import type { SiteTables, WordpressSite } from './site.ts'

/** Fields of user profiles that WordPress itself asks for. */
const nameMeta = ['first_name', 'last_name', 'nickname'] as const

/** A search goes through all users again for each page. */
const MIN_PAGE_ROWS = 100

/**
 * People by a part of a name or address, as the collation of the tables compares: WordPress' own is without regard to
 * case and accents.
 */
export async function search(
  site: WordpressSite,
  { by, term, limit }: SearchQuery,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const wanted = term.trim()
  if (wanted === '' || !isStorable(wanted)) return { limited: false, results: [] }
  const tables = await site.tables(signal)
  const digits = phoneDigits(wanted)
  const where = by === 'name' ? nameCondition(tables) : addressCondition(tables, digits !== null)
  const rowLimit = Math.max(Math.trunc(limit) + 1, MIN_PAGE_ROWS)
  const text = `${selectUsers(site, tables, `u.ID > :after AND (${where})`)} LIMIT ${rowLimit}`
  const given = { pattern: likePattern(wanted), digits: likePattern(digits ?? ''), nameMeta }
  const results: FoundUser[] = []
  // Users whose names are no Matrix IDs fall out, so that one page may be too few.
  for (let after = 0; ;) {
    const rows = await site.database.query(text, { ...site.values, ...given, after }, signal)
    const users = readUsers(rows, site.rules)
    for (const { person } of users) {
      if (person === null) continue
      if (results.length === limit) return { limited: true, results }
      results.push({ mxid: person.mxid, displayName: person.displayName, avatarUrl: null })
    }
    const last = users.at(-1)
    if (last === undefined || users.length < rowLimit) return { limited: false, results }
    after = Number(last.key)
  }
}

const like = (expression: string, pattern = ':pattern') => `${expression} LIKE ${pattern} ESCAPE '!'`

function nameCondition({ meta }: SiteTables): string {
  const columns = ['u.display_name', 'u.user_nicename', 'u.user_login'].map((column) => like(column))
  const inMeta = `EXISTS (
    SELECT 1 FROM ${meta} m
    WHERE m.user_id = u.ID AND m.meta_key IN (:nameMeta) AND ${like('m.meta_value')})`
  return [...columns, inMeta].join(' OR ')
}

function addressCondition({ meta }: SiteTables, maybePhone: boolean): string {
  if (!maybePhone) return like('u.user_email')
  const inMeta = `EXISTS (
    SELECT 1 FROM ${meta} m
    WHERE m.user_id = u.ID AND m.meta_key IN (:phoneMeta) AND ${like(digitsOf('m.meta_value'), ':digits')})`
  return [like('u.user_email'), inMeta].join(' OR ')
}
