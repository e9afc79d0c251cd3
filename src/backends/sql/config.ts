import { z } from 'zod'
import type { Finding } from '../../config/problems.ts'
import { key } from '../../config/types.ts'
import { backendSection, defaultCountry, sync, timeout, userKeys, uses } from '../section.ts'
import { checkConnection, databaseSection } from './connection-section.ts'
import { parameterNames } from './named-parameters.ts'
import { BackendFailure } from '../failure.ts'

const column = (description: string) => key(z.string().min(1).optional(), { description, restart: true })
const columns = (description: string, example: readonly string[]) =>
  key(z.array(z.string().min(1)).default([]), { description, restart: true, example })

const tableSection = z.strictObject({
  name: key(z.string().min(1), {
    description: 'Name of the table or view, with its schema before it where needed.',
    restart: true,
    example: 'school.people',
  }),
  user: key(z.string().min(1), { description: 'Column of the user; see userType.', restart: true }),
  id: column('Column that names a person for good, like a number. Default: the column of the user.'),
  displayName: column('Column of the name that others see.'),
  emails: columns('Columns of e-mail addresses.', ['email', 'private_email']),
  phones: columns('Columns of phone numbers, written in any usual way.', ['mobile']),
  password: column('Column of the stored password. Without it nobody logs in through this backend.'),
  disabled: column('Column that says yes for people who have left: true, 1, a date. They are not found.'),
})

const query = (description: string) => key(z.string().min(1).optional(), { description, restart: true })

const querySection = z.strictObject({
  lookup: query(
    'Who has an address: :medium (email or msisdn), :address (canonical: e-mail addresses in small letters, phone numbers as digits with the country code), :phone (the same with a plus). Column user; with address as well, only rows with this very address count. Compare with lower(), or the spelling has to fit.',
  ),
  list: query(
    'Everybody, for hashed lookups. Columns user, name, id (names the person for good; default: the user), and either email and phone, or medium and address. A person with several addresses has several rows, which come together: ORDER BY the id.',
  ),
  search: z
    .strictObject({
      name: query(
        "Search by name: :term as typed, :pattern for LIKE :pattern ESCAPE '!' in small letters, :limit. Columns user and name.",
      ),
      address: query('Search by a part of an address, as by name.'),
    })
    .prefault({}),
  profile: query(
    'The name of a user: :user as the directory has it, :localpart, :mxid. Columns name, and user for a comparison letter by letter.',
  ),
  threepids: query(
    'The addresses of a user. Parameters as for profile; columns medium and address, or email and phone.',
  ),
  roles: query('The roles of a user. Parameters as for profile; column role.'),
  password: query(
    'The stored password of a user. Parameters as for profile; columns hash, and if wanted disabled, name, and user for a comparison letter by letter.',
  ),
})

export const sqlSection = backendSection(
  'sql',
  'People in a database: SQLite, PostgreSQL, MariaDB or MySQL. Only ever read.',
  {
    connection: databaseSection,
    table: tableSection.optional(),
    queries: querySection.prefault({}),
    plainPasswords: key(z.boolean().default(false), {
      description: 'Take what is no known hash for the password itself. Have such passwords hashed soon.',
      restart: true,
    }),
    ...userKeys,
    defaultCountry: defaultCountry(),
    uses: uses(['lookup', 'search', 'authentication', 'profile']),
    sync: sync(),
    timeout: timeout(),
  },
)

export type SqlConfig = z.output<typeof sqlSection>
export type SqlTable = z.output<typeof tableSection>
export type SqlQueries = z.output<typeof querySection>

export const accountParameters = ['user', 'localpart', 'mxid'] as const
export const lookupParameters = ['medium', 'address', 'phone'] as const
export const searchParameters = ['term', 'pattern', 'limit'] as const

/** The queries that are there, with where they stand and what they may use. */
export function givenQueries({ queries }: Pick<SqlConfig, 'queries'>): readonly {
  keys: readonly string[]
  text: string
  parameters: readonly string[]
}[] {
  const { lookup, list, search, profile, threepids, roles, password } = queries
  const all: readonly (readonly [readonly string[], string | undefined, readonly string[]])[] = [
    [['lookup'], lookup, lookupParameters],
    [['list'], list, []],
    [['search', 'name'], search.name, searchParameters],
    [['search', 'address'], search.address, searchParameters],
    [['profile'], profile, accountParameters],
    [['threepids'], threepids, accountParameters],
    [['roles'], roles, accountParameters],
    [['password'], password, accountParameters],
  ]
  return all.flatMap(([keys, text, parameters]) => (text === undefined ? [] : [{ keys, text, parameters }]))
}

export function* sqlRules(config: SqlConfig): Generator<Finding> {
  yield* checkConnection(config.connection)
  const given = givenQueries(config)
  for (const { keys, text, parameters } of given) {
    yield* checkParameters(['queries', ...keys], text, parameters, config)
  }
  const { table, queries } = config
  if (table === undefined && given.length === 0) {
    yield {
      keys: ['table'],
      message: 'Nothing says where the people are.',
      fix: 'Name a table and its columns, or write queries.',
    }
  }
  if (table !== undefined) {
    if (table.emails.length + table.phones.length > 0 || queries.list !== undefined) return
    yield {
      keys: ['table', 'emails'],
      message: 'The table has no column of addresses.',
      fix: 'Name columns in emails or phones.',
    }
    return
  }
  for (const name of ['threepids', 'roles'] as const) {
    if (queries[name] === undefined || queries.profile !== undefined || queries.password !== undefined)
      continue
    yield {
      keys: ['queries', name],
      message: 'It is of no use without queries.profile.',
      fix: 'Write queries.profile as well.',
    }
  }
}

function* checkParameters(
  keys: readonly string[],
  text: string,
  parameters: readonly string[],
  { connection }: SqlConfig,
): Generator<Finding> {
  const dialect = connection.type === 'mariadb' ? 'mysql' : connection.type
  try {
    const unknown = parameterNames(text, dialect).filter((name) => !parameters.includes(name))
    const known = parameters.map((name) => `:${name}`).join(', ')
    for (const name of unknown) {
      yield {
        keys,
        message: `It uses the parameter :${name}, which it is not given.`,
        fix: known === '' ? 'It has no parameters.' : `It may use ${known}.`,
      }
    }
  } catch (error) {
    if (!(error instanceof BackendFailure)) throw error
    yield { keys, message: error.message, fix: error.fix }
  }
}
