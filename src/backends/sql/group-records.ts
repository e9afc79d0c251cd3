import { BackendFailure } from '../failure.ts'
import type { DirectoryRecord } from '../person.ts'
import type { Row } from './values.ts'

/** Nobody has so many addresses; a key that is the same in every row does. */
const MAX_VALUES = 1_000

/**
 * Makes one record of the rows of a key that follow each other. Memory holds one page, and every key once to notice one
 * that comes again, which would quietly take the addresses of its first rows away. Rows without any key are left out.
 */
export async function* groupRecords(
  pages: AsyncIterable<readonly Row[]>,
  toRecord: (row: Row) => DirectoryRecord,
): AsyncGenerator<readonly DirectoryRecord[]> {
  const seen = new Set<string>()
  let last: DirectoryRecord | null = null
  for await (const page of pages) {
    const whole: DirectoryRecord[] = []
    for (const row of page) {
      const record = toRecord(row)
      if (record.key === '') continue
      if (last?.key === record.key) {
        last = merge(last, record)
        continue
      }
      if (seen.has(record.key)) throw scattered()
      seen.add(record.key)
      if (last !== null) whole.push(last)
      last = record
    }
    if (whole.length > 0) yield whole
  }
  if (last !== null) yield [last]
}

function merge(one: DirectoryRecord, other: DirectoryRecord): DirectoryRecord {
  const emails = joined(one.emails, other.emails)
  const phones = joined(one.phones, other.phones)
  if (emails.length + phones.length > MAX_VALUES) throw endless()
  if (one.user !== other.user) throw contradictory()
  return { ...one, displayName: one.displayName ?? other.displayName, emails, phones }
}

function joined(one: readonly string[], other: readonly string[]): readonly string[] {
  return other.every((value) => one.includes(value)) ? one : [...new Set([...one, ...other])]
}

function scattered(): BackendFailure {
  return new BackendFailure(
    'query',
    'The listing has rows of one person in several places.',
    'Add ORDER BY with the column of the id to queries.list.',
  )
}

function endless(): BackendFailure {
  return new BackendFailure(
    'query',
    `The listing has more than ${MAX_VALUES} addresses under one id.`,
    'The column id has to be different for each person.',
  )
}

function contradictory(): BackendFailure {
  return new BackendFailure(
    'query',
    'The listing has two users under one id.',
    'The column id has to be different for each person.',
  )
}
