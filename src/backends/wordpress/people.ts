import { z } from 'zod'
import { readRecord, userOf, type ListedPerson, type PersonRules } from '../person.ts'
import { readRows } from '../read-rows.ts'
import { isStorable, type Row } from '../sql/database.ts'
import type { SiteTables, WordpressSite } from './site.ts'

const userRow = z.object({
  id: z.coerce.string(),
  login: z.string(),
  nicename: z.string(),
  user: z.string(),
  name: z.string(),
  email: z.string(),
  phones: z.string().nullable(),
  hash: z.string().default(''),
  capabilities: z.string().nullable().default(null),
})

/** A user of the site. */
export interface SiteUser extends ListedPerson {
  /** What WordPress lets them log in with. */
  readonly login: string
  /** The name in the addresses of their pages; the site gives each out once. */
  readonly nicename: string
  /** Of the password; empty unless it was asked for. */
  readonly hash: string
  /** As PHP serialises them; null unless they were asked for. */
  readonly capabilities: string | null
}

/** What else of a user can be asked for. */
const extras = {
  hash: () => 'u.user_pass AS hash',
  capabilities: ({ meta }: SiteTables) => `(
    SELECT m.meta_value FROM ${meta} m
    WHERE m.user_id = u.ID AND m.meta_key = :capabilities ORDER BY m.umeta_id LIMIT 1
  ) AS capabilities`,
} as const
export type Extra = keyof typeof extras

/** Numbers are shorter. With this bound several fit into the 1024 bytes to which MySQL cuts GROUP_CONCAT. */
const MAX_PHONE_CHARACTERS = 40

/** Statement for one row a user; `where` can use `users u`. Wants the `values` of the site. */
export function selectUsers(
  { userColumn }: WordpressSite,
  tables: SiteTables,
  where: string,
  asked: readonly Extra[] = [],
): string {
  const { users, meta, isActive } = tables
  const phones = `
    SELECT GROUP_CONCAT(m.meta_value ORDER BY m.umeta_id SEPARATOR '\n') FROM ${meta} m
    WHERE m.user_id = u.ID AND m.meta_key IN (:phoneMeta) AND CHAR_LENGTH(m.meta_value) <= ${MAX_PHONE_CHARACTERS}`
  const more = asked.map((extra) => `, ${extras[extra](tables)}`).join('')
  return `
    SELECT u.ID AS id, u.user_login AS login, u.user_nicename AS nicename, u.${userColumn} AS user,
           u.display_name AS name, u.user_email AS email, (${phones}) AS phones${more}
    FROM ${users} u WHERE ${isActive} AND (${where})
    ORDER BY u.ID`
}

export function readUsers(rows: readonly Row[], rules: PersonRules): readonly SiteUser[] {
  return readRows(userRow, rows, 'WordPress').map(({ id, user, name, email, phones, ...rest }) => {
    const record = { key: id, user, displayName: name, emails: [email], phones: phones?.split('\n') ?? [] }
    return { ...readRecord(record, rules), ...rest }
  })
}

/** The user behind a Matrix ID; null when there is none. */
export async function userBehind(
  site: WordpressSite,
  mxid: string,
  asked: readonly Extra[],
  signal: AbortSignal,
): Promise<SiteUser | null> {
  const { database, rules, userColumn, values } = site
  const user = userOf(mxid, rules)
  if (user === null || !isStorable(user)) return null
  const text = selectUsers(site, await site.tables(signal), `u.${userColumn} = :user`, asked)
  const rows = await database.query(text, { ...values, user }, signal)
  // The database takes ü for u, and spaces at the end for nothing.
  return readUsers(rows, rules).find(({ person }) => person?.mxid === mxid) ?? null
}
