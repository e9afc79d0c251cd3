import { canonicalAddress, type ThreePid } from '../../matrix/threepid.ts'
import type { FoundMapping } from '../backend.ts'
import { readMedium } from '../cells.ts'
import { BackendFailure } from '../failure.ts'
import { readRecord, readUser, type DirectoryRecord, type PersonRules } from '../person.ts'
import type { SqlQueries } from './config.ts'
import type { DirectoryDatabase } from './database.ts'
import { groupRecords } from './group-records.ts'
import { chunks, likePattern, type AskedUser, type PeopleSource } from './source.ts'
import { ambiguous } from './table-source.ts'
import { isYes, textOf, type Row, type SqlValues } from './values.ts'

/** Addresses that one connection is asked about before the next may have its turn. */
const ADDRESSES = 200

/** People as the operator's own queries give them. A query that is not there is a capability that is not there. */
export function querySource(
  database: DirectoryDatabase,
  queries: SqlQueries,
  rules: PersonRules,
): PeopleSource {
  const { lookup, list, search, profile, threepids, roles, password } = queries

  async function find(text: string, addresses: readonly ThreePid[], signal: AbortSignal) {
    const found: FoundMapping[] = []
    for (const chunk of chunks(addresses, ADDRESSES)) {
      const answers = await database.queryEach(text, chunk.map(lookupValues), signal)
      for (const [i, rows] of answers.entries()) {
        const asked = chunk[i]
        if (asked !== undefined) found.push(...rows.flatMap((row) => readMapping(row, asked, rules)))
      }
    }
    return found
  }

  const searchWith = (text: string, column: string) =>
    async function* rows(term: string, limit: number, signal: AbortSignal) {
      const values = { term, pattern: likePattern(term.toLowerCase()), limit: limit + 1 }
      for await (const page of database.pages(text, values, signal, limit + 1)) {
        for (const row of page) yield { user: need(row, 'user', column), name: textOf(row['name']) }
      }
    }

  async function accountRows(text: string, user: AskedUser, signal: AbortSignal): Promise<readonly Row[]> {
    const rows = await database.query(text, accountValues(user), signal)
    return rows.filter((row) => isUser(row, user, rules))
  }

  return {
    ...(lookup !== undefined && {
      find: (addresses: readonly ThreePid[], signal: AbortSignal) => find(lookup, addresses, signal),
    }),
    ...(list !== undefined && {
      list: (signal: AbortSignal) =>
        groupRecords(database.pages(list, {}, signal), (row) => toRecord(row, 'queries.list')),
    }),
    ...(search.name !== undefined && { searchByName: searchWith(search.name, 'queries.search.name') }),
    ...(search.address !== undefined && {
      searchByAddress: searchWith(search.address, 'queries.search.address'),
    }),
    ...(password !== undefined && {
      async account(user: AskedUser, signal: AbortSignal) {
        const [row, ...others] = await accountRows(password, user, signal)
        if (row === undefined) return null
        if (others.length > 0) throw ambiguous()
        need(row, 'hash', 'queries.password')
        const { mxid } = user
        const [name, hash] = [textOf(row['name']), textOf(row['hash'])]
        return { mxid, name, hash, disabled: isYes(row['disabled']) }
      },
    }),
    ...(profile !== undefined && {
      async displayName(user: AskedUser, signal: AbortSignal) {
        const [row] = await accountRows(profile, user, signal)
        if (row === undefined) return null
        need(row, 'name', 'queries.profile')
        return { name: textOf(row['name']) }
      },
    }),
    ...(threepids !== undefined && {
      async threepids(user: AskedUser, signal: AbortSignal) {
        const rows = await database.query(threepids, accountValues(user), signal)
        return rows.flatMap((row) => {
          const record = { ...toRecord({ ...row, user: user.user }, 'queries.threepids') }
          return readRecord(record, rules).person?.addresses ?? []
        })
      },
    }),
    ...(roles !== undefined && {
      async roles(user: AskedUser, signal: AbortSignal) {
        const rows = await database.query(roles, accountValues(user), signal)
        return rows.map((row) => need(row, 'role', 'queries.roles')).filter((role) => role !== '')
      },
    }),
  }
}

function lookupValues({ medium, address }: ThreePid): SqlValues {
  return { medium, address, phone: medium === 'msisdn' ? `+${address}` : null }
}

function accountValues({ user, localpart, mxid }: AskedUser): SqlValues {
  return { user, localpart, mxid }
}

/** Databases with a lenient collation take `zoë` for `zoe`; with the address in the row that is noticed. */
function readMapping(row: Row, { medium, address }: ThreePid, rules: PersonRules): readonly FoundMapping[] {
  const user = readUser(need(row, 'user', 'queries.lookup'), rules)
  if (!user.ok) return []
  const stated = textOf(row['address']) ?? textOf(row[medium === 'email' ? 'email' : 'phone'])
  if (stated !== null && !isAddress(stated, { medium, address }, rules)) return []
  return [{ medium, address, mxid: user.value }]
}

function isAddress(text: string, { medium, address }: ThreePid, rules: PersonRules): boolean {
  const values =
    medium === 'email' ? { emails: [text], phones: [] } : { emails: [], phones: [international(text)] }
  const record = { key: '', user: 'x', displayName: null, ...values }
  const { person } = readRecord(record, { ...rules, userType: 'localpart' })
  return person?.addresses.some((known) => known.address === address) ?? false
}

/** Rows without the column are taken as the query gives them. */
function isUser(row: Row, { mxid }: AskedUser, rules: PersonRules): boolean {
  if (row['user'] === undefined) return true
  const read = readUser(textOf(row['user']) ?? '', rules)
  return read.ok && read.value === mxid
}

function toRecord(row: Row, query: string): DirectoryRecord {
  const user = need(row, 'user', query)
  const value = textOf(row['address'])
  const medium = readMedium(textOf(row['medium']) ?? '')
  const isMsisdn = textOf(row['medium'])?.toLowerCase() === 'msisdn'
  return {
    key: textOf(row['id']) ?? user,
    user,
    displayName: textOf(row['name']),
    emails: [textOf(row['email']), medium === 'email' ? value : null].filter((text) => text !== null),
    phones: [
      textOf(row['phone']),
      medium === 'msisdn' && value !== null ? (isMsisdn ? international(value) : value) : null,
    ].filter((text) => text !== null),
  }
}

/** Matrix writes an `msisdn` without its plus. Anything that is not such digits is left as it is. */
function international(value: string): string {
  return canonicalAddress('msisdn', value) === value ? `+${value}` : value
}

/** A column that the query has to have; NULL is an empty text. */
function need(row: Row, column: string, query: string): string {
  if (row[column] !== undefined) return textOf(row[column]) ?? ''
  throw new BackendFailure('query', `${query} gives no column "${column}".`, `Write: ... as ${column}`)
}
