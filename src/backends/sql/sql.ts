import { canonicalAddress, type ThreePid } from '../../matrix/threepid.ts'
import type { Asking, Backend, FoundMapping, ListOrder, ListPage, Profile } from '../backend.ts'
import type { CreateBackend } from '../kind.ts'
import { readRecord, type PersonRules } from '../person.ts'
import { createAuthentication } from './authentication.ts'
import { sqlChecks } from './checks.ts'
import type { SqlConfig } from './config.ts'
import { openDirectoryDatabase } from './database.ts'
import { createPasswordChecker } from './passwords/password-checker.ts'
import { querySource } from './query-source.ts'
import { searchPeople } from './search.ts'
import { askedUser, type PeopleSource } from './source.ts'
import { tableSource } from './table-source.ts'
import { isStorable } from './values.ts'

/** People in a database, read through a described table, through queries of the operator, or both: a query goes first. */
export const createSqlBackend: CreateBackend<SqlConfig> = async (config, context) => {
  const { uses, userType, unsuitable, defaultCountry, table, queries } = config
  const rules: PersonRules = { domain: context.domain, userType, unsuitable, defaultCountry }
  const database = await openDirectoryDatabase(config.connection, context)
  const source: PeopleSource = {
    ...(table !== undefined && tableSource(database, table, rules)),
    ...querySource(database, queries, rules),
  }
  const { find, list, searchByName, searchByAddress, displayName, account } = source
  const passwords = createPasswordChecker({ plain: config.plainPasswords })

  const backend: Backend = {
    ...(uses.lookup &&
      find !== undefined && {
        findMappings: (addresses: readonly ThreePid[], { signal }: Asking) =>
          findMappings(find, addresses, signal),
      }),
    ...(uses.lookup &&
      list !== undefined && { listPeople: (order: ListOrder) => listPeople(list, rules, order) }),
    ...(uses.search &&
      (searchByName !== undefined || searchByAddress !== undefined) && {
        search: searchPeople(source, rules),
      }),
    ...(uses.authentication &&
      account !== undefined && { authenticate: createAuthentication(account, source, passwords, rules) }),
    ...(uses.profile &&
      displayName !== undefined && {
        profile: (userId: string, { signal }: Asking) => readProfile(source, rules, userId, signal),
      }),
    check: ({ signal }) => sqlChecks(config, context, database, rules, list, signal),
    async close() {
      await Promise.all([database.close(), passwords.close()])
    },
  }
  return backend
}

async function findMappings(
  find: NonNullable<PeopleSource['find']>,
  addresses: readonly ThreePid[],
  signal: AbortSignal,
): Promise<readonly FoundMapping[]> {
  // Nobody has any other; and PostgreSQL refuses a NUL.
  const possible = addresses.filter(({ medium, address }) => canonicalAddress(medium, address) === address)
  const found = await find(possible, signal)
  const unique = new Map(found.map((each) => [`${each.medium} ${each.address} ${each.mxid}`, each]))
  return [...unique.values()]
}

async function* listPeople(
  list: NonNullable<PeopleSource['list']>,
  rules: PersonRules,
  { signal }: ListOrder,
): AsyncGenerator<ListPage> {
  for await (const records of list(signal)) {
    yield { type: 'people', people: records.map((record) => readRecord(record, rules)) }
  }
  yield { type: 'end', incremental: false, cursor: null }
}

async function readProfile(
  source: PeopleSource,
  rules: PersonRules,
  userId: string,
  signal: AbortSignal,
): Promise<Profile | null> {
  const user = askedUser(userId, rules)
  if (user === null || !isStorable(user.user)) return null
  const known = await source.displayName?.(user, signal)
  if (known === undefined || known === null) return null
  const [threepids, roles] = await Promise.all([
    source.threepids?.(user, signal) ?? [],
    source.roles?.(user, signal) ?? [],
  ])
  return { displayName: known.name, threepids, roles: [...new Set(roles)], photo: null }
}
