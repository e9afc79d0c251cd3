import { isObject, type BackendDraft, type SettingsDraft } from '../../settings/draft.ts'
import {
  applyBackendRules,
  asBoolean,
  asText,
  keep,
  unknownExcept,
  type BackendRule,
} from '../../settings/rules.ts'
import { readJdbc } from '../jdbc.ts'
import {
  listQuery,
  lookupQuery,
  lookupQueryByMedium,
  named,
  userColumn,
  withColumns,
  type SqlType,
} from './sql-queries.ts'

type Tree = Readonly<Record<string, unknown>>

export function sqlTypeOf(value: unknown): SqlType {
  const text = asText(value)?.toLowerCase() ?? 'sqlite'
  if (text === 'postgresql' || text === 'postgres') return 'postgres'
  return text === 'mysql' || text === 'mariadb' ? text : 'sqlite'
}

/** `connection` of a backend, from the rest of a JDBC URL. */
export function mapConnection(
  from: string,
  type: SqlType,
  address: unknown,
  backend: BackendDraft,
  draft: SettingsDraft,
): void {
  const text = asText(address)
  if (text === undefined) return draft.lost(from, 'It names no database.')
  backend.set(from.replace(/connection$/, 'type'), 'connection.type', type)
  if (type === 'sqlite') return backend.set(from, 'connection.path', text)
  const jdbc = readJdbc(text)
  if (jdbc === null) return draft.lost(from, 'It is no //host/database address.')
  backend.set(from, 'connection.host', jdbc.host)
  if (jdbc.port !== undefined) backend.set(from, 'connection.port', jdbc.port)
  backend.set(from, 'connection.database', jdbc.database)
  if (jdbc.user !== undefined) backend.set(from, 'connection.user', jdbc.user)
  if (jdbc.password !== undefined) backend.secret(from, 'connection.password', jdbc.password)
  if (jdbc.tls) backend.set(from, 'connection.tls', 'verify', 'The certificate has to be valid.')
}

export function mapSql(tree: Tree, draft: SettingsDraft): void {
  const backend = draft.backend('sql', 'sql')
  const type = sqlTypeOf(tree['type'])
  const identity = isObject(tree['identity']) ? tree['identity'] : {}
  const userType = asText(identity['type'])?.toLowerCase() === 'uid' ? 'localpart' : 'mxid'
  mapConnection('sql.connection', type, tree['connection'], backend, draft)
  backend.set('sql.identity.type', 'userType', userType)
  applyBackendRules(tree, 'sql', sqlRules(type, userType, mediumQuery(identity, type)), backend, draft)
}

/** One query of those that stand for single mediums, and of the one for all others; null without any for a single one. */
function mediumQuery(identity: Tree, type: SqlType): string | null {
  const mediums = isObject(identity['medium']) ? identity['medium'] : {}
  const texts = Object.entries(mediums).flatMap(([medium, value]) => {
    const text = asText(value)
    return text === undefined || !/^[a-z]+$/.test(medium) ? [] : [[medium, text] as const]
  })
  return texts.length === 0 ? null : lookupQueryByMedium(texts, asText(identity['query']), type)
}

function sqlRules(
  type: SqlType,
  userType: 'localpart' | 'mxid',
  combined: string | null,
): Readonly<Record<string, BackendRule>> {
  const adapted = 'Parameters and columns have other names.'
  const query =
    (key: string, write: (query: string) => string): BackendRule =>
    (value, from, backend, draft) => {
      const text = asText(value)
      if (text === undefined) draft.lost(from, 'It is empty.')
      else backend.set(from, key, write(text), adapted)
    }
  const search =
    (use: 'name' | 'address'): BackendRule =>
    (value, from, backend, draft) => {
      if (!isObject(value)) return draft.lost(from, 'It is no query.')
      unknownExcept(value, from, ['type', 'value'], draft)
      const found = asText(value['type'])?.toLowerCase() === 'localpart' ? 'localpart' : 'mxid'
      const text = asText(value['value'])
      if (text === undefined) return draft.obsolete(from, 'It names no query.')
      if (found !== userType)
        return draft.lost(from, `Its users are ${found}s, and those of identity.type are ${userType}s.`)
      const columns = [userColumn(type), 'name']
      backend.set(from, `queries.search.${use}`, withColumns(named(text, ['term']), columns), adapted)
    }
  const uses =
    (use: string): BackendRule =>
    (value, from, backend) =>
      backend.set(from, `uses.${use}`, asBoolean(value) ?? true)
  return {
    enabled: keep('enabled', asBoolean),
    type: () => {},
    connection: () => {},
    'identity.type': () => {},
    'auth.enabled': (_, from, __, draft) => draft.obsolete(from, 'Passwords were never checked in SQL.'),
    'directory.enabled': uses('search'),
    'directory.query.name': search('name'),
    'directory.query.threepid': search('address'),
    'identity.enabled': uses('lookup'),
    'identity.query': query('queries.lookup', (text) => combined ?? lookupQuery(text, type)),
    'identity.medium': (_, from, backend, draft) => {
      if (combined === null) draft.lost(from, 'It names no query.')
      else backend.set(from, 'queries.lookup', combined, adapted)
    },
    'lookup.query': (value, from, backend, draft) => {
      if (userType !== 'mxid') return draft.lost(from, 'It gives Matrix IDs, and identity.type is uid.')
      query('queries.list', (text) => listQuery(text, type))(value, from, backend, draft)
    },
    'profile.enabled': uses('profile'),
    'profile.displayName.query': query('queries.profile', (text) =>
      withColumns(named(text, ['mxid']), ['name']),
    ),
    'profile.threepid.query': query('queries.threepids', (text) =>
      withColumns(named(text, ['mxid']), ['medium', 'address']),
    ),
    'profile.role': (value, from, backend, draft) => {
      const role = isObject(value) ? value : {}
      unknownExcept(role, from, ['type', 'query'], draft)
      const text = asText(role['query'])
      if (text === undefined) return draft.obsolete(from, 'It names no query.')
      const parameter = asText(role['type'])?.toLowerCase() === 'localpart' ? 'localpart' : 'mxid'
      backend.set(from, 'queries.roles', withColumns(named(text, [parameter]), ['role']), adapted)
    },
  }
}
