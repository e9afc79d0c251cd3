import { domainToUnicode } from 'node:url'
import type { ThreePid } from '../../matrix/threepid.ts'
import type { FoundMapping } from '../backend.ts'
import { BackendFailure } from '../failure.ts'
import { readRecord, readUser, type DirectoryRecord, type Person, type PersonRules } from '../person.ts'
import type { SqlTable } from './config.ts'
import type { DirectoryDatabase } from './database.ts'
import { groupRecords } from './group-records.ts'
import { chunks, likePattern, type AskedUser, type FoundRow, type PeopleSource } from './source.ts'
import { foldText, tableSql } from './table-sql.ts'
import { isYes, textOf, type Row, type SqlValues } from './values.ts'

/** Addresses in one question: well below the number of parameters that any of the databases takes. */
const ADDRESSES = 200

/** People in one table, a row each. What the database finds is read and compared again, letter by letter. */
export function tableSource(database: DirectoryDatabase, table: SqlTable, rules: PersonRules): PeopleSource {
  const sql = tableSql(table, database.dialect)
  const fold = (text: string) => foldText(text, database.dialect)

  const toRecord = (row: Row): DirectoryRecord => {
    const user = textOf(row['person_user']) ?? ''
    const texts = (name: string, columns: readonly string[]) =>
      columns.flatMap((_, i) => textOf(row[`${name}_${i}`]) ?? [])
    return {
      key: textOf(row['person_key']) ?? user,
      user,
      displayName: textOf(row['person_name']),
      emails: texts('email', table.emails),
      phones: texts('phone', table.phones),
    }
  }

  async function candidates(
    text: string,
    values: SqlValues,
    signal: AbortSignal,
  ): Promise<readonly Person[]> {
    const rows = await database.query(text, values, signal)
    return rows.flatMap((row) => readRecord(toRecord(row), rules).person ?? [])
  }

  async function find(addresses: readonly ThreePid[], signal: AbortSignal): Promise<readonly FoundMapping[]> {
    const emails = addresses.flatMap(({ medium, address }) => (medium === 'email' ? address : []))
    const found: FoundMapping[] = []
    if (table.emails.length > 0) {
      for (const chunk of chunks(emails, ADDRESSES)) {
        const people = await candidates(sql.byEmail, { emails: chunk.flatMap(emailSpellings) }, signal)
        found.push(...mappingsOf(people, 'email', new Set(chunk)))
      }
    }
    const phones = addresses.flatMap(({ medium, address }) => (medium === 'msisdn' ? address : []))
    if (table.phones.length > 0) {
      for (const [length, numbers] of byEnding(phones)) {
        for (const chunk of chunks(numbers, ADDRESSES)) {
          const endings = chunk.map((number) => number.slice(-length))
          const people = await candidates(sql.byPhone, { length, endings }, signal)
          found.push(...mappingsOf(people, 'msisdn', new Set(chunk)))
        }
      }
    }
    return found
  }

  async function* search(text: string, values: SqlValues, limit: number, signal: AbortSignal) {
    for await (const page of database.pages(text, values, signal, limit + 1)) {
      for (const row of page) {
        const { user, displayName } = toRecord(row)
        yield { user, name: displayName } satisfies FoundRow
      }
    }
  }

  /** The rows of a user: the database may have taken another spelling for the same. */
  async function rowsOf({ user, mxid }: AskedUser, signal: AbortSignal): Promise<readonly Row[]> {
    const rows = await database.query(sql.byUser, { user: fold(user) }, signal)
    return rows.filter((row) => {
      const read = readUser(textOf(row['person_user']) ?? '', rules)
      return read.ok && read.value === mxid
    })
  }

  async function enabledRows(user: AskedUser, signal: AbortSignal): Promise<readonly DirectoryRecord[]> {
    const rows = await rowsOf(user, signal)
    return rows.filter((row) => !isYes(row['person_disabled'])).map(toRecord)
  }

  return {
    find,
    list: (signal) => groupRecords(database.pages(sql.list, {}, signal), toRecord),
    ...(table.displayName !== undefined && {
      searchByName: (term: string, limit: number, signal: AbortSignal) =>
        search(sql.byName, { pattern: likePattern(fold(term)) }, limit, signal),
    }),
    searchByAddress: (term, limit, signal) => {
      const digits = /^[\d\s()./+-]{3,}$/.test(term) ? term.replaceAll(/\D|^0+/g, '') : ''
      const values = {
        pattern: likePattern(fold(term)),
        ...(table.phones.length > 0 && { digits: digits === '' ? null : `%${digits}%` }),
      }
      return search(sql.byPartOfAddress, values, limit, signal)
    },
    ...(table.password !== undefined && {
      async account(user: AskedUser, signal: AbortSignal) {
        const [row, ...others] = await rowsOf(user, signal)
        if (row === undefined) return null
        if (others.length > 0) throw ambiguous()
        return {
          mxid: user.mxid,
          name: textOf(row['person_name']),
          hash: textOf(row['person_hash']),
          disabled: isYes(row['person_disabled']),
        }
      },
    }),
    async displayName(user, signal) {
      const [record] = await enabledRows(user, signal)
      return record === undefined ? null : { name: record.displayName }
    },
    async threepids(user, signal) {
      const records = await enabledRows(user, signal)
      return records.flatMap((record) => readRecord(record, rules).person?.addresses ?? [])
    },
  }
}

/** Which row's password counts must not be left to chance. */
export function ambiguous(): BackendFailure {
  return new BackendFailure(
    'protocol',
    'The database has more than one row for this user.',
    'Make the column of the user unique, or correct queries.password.',
  )
}

function mappingsOf(
  people: readonly Person[],
  medium: ThreePid['medium'],
  asked: ReadonlySet<string>,
): readonly FoundMapping[] {
  return people.flatMap(({ mxid, addresses }) =>
    addresses
      .filter((known) => known.medium === medium && asked.has(known.address))
      .map(({ address }) => ({ medium, address, mxid })),
  )
}

/** A directory may write an international domain in its own letters. */
function emailSpellings(address: string): readonly string[] {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const unicode = domainToUnicode(domain).toLowerCase()
  return unicode === domain || unicode === '' ? [address] : [address, `${address.slice(0, at)}@${unicode}`]
}

/**
 * Phone numbers by how many of their last digits are looked for: those behind country and area code, which a directory
 * may leave out, write with zeros or in brackets.
 */
function byEnding(phones: readonly string[]): ReadonlyMap<number, readonly string[]> {
  return Map.groupBy(phones, ({ length }) => (length >= 9 ? 6 : Math.max(1, length - 3)))
}
