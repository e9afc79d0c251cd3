import { asSample, readRecord, type ListedPerson, type PersonRules } from '../person.ts'
import { runChecks, type CheckStep, type CheckWork, type StepResult } from '../check.ts'
import { BackendFailure } from '../failure.ts'
import type { BackendContext } from '../kind.ts'
import { givenQueries, type SqlConfig } from './config.ts'
import { databaseChecks } from './database-checks.ts'
import type { DirectoryDatabase } from './database.ts'
import type { PeopleSource } from './source.ts'
import { tableSql } from './table-sql.ts'

const SAMPLE = 5

/** The steps of the connection, then each query with values that mean nobody, then the number of people and some of them. */
export function sqlChecks(
  config: SqlConfig,
  context: BackendContext,
  database: DirectoryDatabase,
  rules: PersonRules,
  list: PeopleSource['list'],
  signal: AbortSignal,
): AsyncGenerator<CheckStep> {
  const steps: CheckWork[] = [
    ...databaseChecks(database, context, signal),
    ['queries', () => tryQueries(config, database, signal)],
    ['count', () => countPeople(config, database, signal)],
  ]
  if (list !== undefined) steps.push(['sample', () => takeSample(list, rules, signal)])
  return runChecks(context.clock, steps)
}

const nobody = { medium: 'email', address: '', phone: null, term: '', pattern: '', limit: 1 }
const noUser = { user: '', localpart: '', mxid: '' }

async function tryQueries(
  config: SqlConfig,
  database: DirectoryDatabase,
  signal: AbortSignal,
): Promise<StepResult> {
  const given = givenQueries(config).filter(({ keys }) => keys[0] !== 'list')
  for (const { keys, text, parameters } of given) {
    const values = Object.fromEntries(
      Object.entries({ ...nobody, ...noUser }).filter(([name]) => parameters.includes(name)),
    )
    try {
      await database.query(text, values, signal)
    } catch (error) {
      if (!(error instanceof BackendFailure)) throw error
      const { code, message, fix } = error
      throw new BackendFailure(code, `queries.${keys.join('.')}: ${message}`, fix, error)
    }
  }
  return {
    detail: given.length === 0 ? 'The queries are made from the table.' : 'The database takes every query.',
  }
}

async function countPeople(
  { table, queries }: SqlConfig,
  database: DirectoryDatabase,
  signal: AbortSignal,
): Promise<StepResult> {
  if (queries.list !== undefined) return { detail: 'Known after the first sync, from queries.list.' }
  if (table === undefined) {
    return {
      outcome: 'warning',
      detail: 'Nothing lists the people: hashed lookups, which most clients send, do not find them.',
      fix: 'Write queries.list as well.',
    }
  }
  const [row] = await database.query(tableSql(table, database.dialect).count, {}, signal)
  const people = Number(row?.['people'] ?? 0)
  if (people > 0) return { detail: `The table has ${people} rows.` }
  return { outcome: 'warning', detail: 'The table is empty.', fix: 'Check table.name and table.disabled.' }
}

async function takeSample(
  list: NonNullable<PeopleSource['list']>,
  rules: PersonRules,
  signal: AbortSignal,
): Promise<StepResult> {
  const people: ListedPerson[] = []
  for await (const page of list(signal)) {
    people.push(...page.slice(0, SAMPLE - people.length).map((record) => readRecord(record, rules)))
    if (people.length === SAMPLE) break
  }
  const sample = people.map(asSample)
  if (people.length === 0) {
    return {
      outcome: 'warning',
      detail: 'The listing is empty.',
      fix: 'Check queries.list or table.',
      sample,
    }
  }
  if (people.every(({ person }) => person === null)) {
    const fix = 'Check the column of the user, userType and unsuitable.'
    return { outcome: 'warning', detail: 'Nobody in the sample has a usable Matrix ID.', fix, sample }
  }
  return { detail: 'The first people as Signpost reads them.', sample }
}
