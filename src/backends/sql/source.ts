import type { ThreePid } from '../../matrix/threepid.ts'
import type { FoundMapping } from '../backend.ts'
import { userOf, type DirectoryRecord, type PersonRules } from '../person.ts'

/** How people are read from a database: from one table that is described, or by queries that the operator wrote. */
export interface PeopleSource {
  find?(addresses: readonly ThreePid[], signal: AbortSignal): Promise<readonly FoundMapping[]>
  /** Entries in pages; the rows of one entry come together. */
  list?(signal: AbortSignal): AsyncIterable<readonly DirectoryRecord[]>
  searchByName?: SearchRows
  searchByAddress?: SearchRows
  /** Null when the user is not known. */
  account?(user: AskedUser, signal: AbortSignal): Promise<Account | null>
  displayName?(user: AskedUser, signal: AbortSignal): Promise<{ readonly name: string | null } | null>
  threepids?(user: AskedUser, signal: AbortSignal): Promise<readonly ThreePid[]>
  roles?(user: AskedUser, signal: AbortSignal): Promise<readonly string[]>
}

/** In the order of the database; a person may come several times. Reading may end at any row. */
export type SearchRows = (term: string, limit: number, signal: AbortSignal) => AsyncIterable<FoundRow>

export interface FoundRow {
  readonly user: string
  readonly name: string | null
}

/** A user in the three ways in which a query may ask. */
export interface AskedUser {
  /** As the directory writes it. */
  readonly user: string
  readonly localpart: string
  readonly mxid: string
}

export interface Account {
  readonly mxid: string
  readonly name: string | null
  /** Null or empty: no password is set. */
  readonly hash: string | null
  readonly disabled: boolean
}

/** Null when nobody in this directory can have the Matrix ID. */
export function askedUser(mxid: string, rules: PersonRules): AskedUser | null {
  const user = userOf(mxid, rules)
  const colon = mxid.indexOf(':')
  return user === null || colon === -1 ? null : { user, mxid, localpart: mxid.slice(1, colon) }
}

/** A text for `LIKE :pattern ESCAPE '!'` that contains `text` literally. */
export function likePattern(text: string): string {
  return `%${text.replaceAll(/[!%_]/g, '!$&')}%`
}

export function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))
}
