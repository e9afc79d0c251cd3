import { isObject, type SettingsDraft } from '../../settings/draft.ts'
import { applyBackendRules, asBoolean, asText, drop, keep, type BackendRule } from '../../settings/rules.ts'
import { mapConnection, sqlTypeOf } from './sql.ts'

type Tree = Readonly<Record<string, unknown>>

const restRules: Readonly<Record<string, BackendRule>> = {
  enabled: keep('enabled', asBoolean),
  host: keep('url', asText),
  'endpoints.auth': keep('endpoints.auth', asEndpoint),
  'endpoints.directory': keep('endpoints.directory', asEndpoint),
  'endpoints.identity.single': keep('endpoints.identity.single', asEndpoint),
  'endpoints.identity.bulk': keep('endpoints.identity.bulk', asEndpoint),
  'endpoints.profile.displayName': keep('endpoints.profile.displayName', asEndpoint),
  'endpoints.profile.threepids': keep('endpoints.profile.threepids', asEndpoint),
  'endpoints.profile.roles': keep('endpoints.profile.roles', asEndpoint),
}

/** An empty text switches an endpoint off, as the documentation of mxisd had it. */
function asEndpoint(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function mapRest(tree: Tree, product: 'mxisd' | 'ma1sd', draft: SettingsDraft): void {
  const backend = draft.backend('rest', 'rest')
  backend.set('rest', 'contract', product)
  applyBackendRules(tree, 'rest', restRules, backend, draft)
}

const ownQuery = 'Signpost knows the tables of WordPress itself.'

const wordpressRules: Readonly<Record<string, BackendRule>> = {
  enabled: keep('enabled', asBoolean),
  'rest.base': keep('url', asText),
  'rest.credential': drop('obsolete', 'Nothing used it.'),
  'sql.type': () => {},
  'sql.connection': () => {},
  'sql.tablePrefix': keep('tablePrefix', asText),
  'sql.query': drop('obsolete', ownQuery),
}

export function mapWordpress(tree: Tree, draft: SettingsDraft): void {
  const backend = draft.backend('wordpress', 'wordpress')
  const sql = isObject(tree['sql']) ? tree['sql'] : {}
  const type = sqlTypeOf(sql['type'] ?? 'mysql')
  if (sql['connection'] !== undefined)
    mapConnection('wordpress.sql.connection', type, sql['connection'], backend, draft)
  applyBackendRules(tree, 'wordpress', wordpressRules, backend, draft)
}

const firebaseRules: Readonly<Record<string, BackendRule>> = {
  enabled: keep('enabled', asBoolean),
  credentials: (value, from, backend, draft) => {
    const file = asText(value)
    if (file === undefined)
      draft.lost(from, 'Signpost needs the file of a service account: there is no default one.')
    else backend.set(from, 'credentials', { file })
  },
  database: drop('obsolete', 'Users are looked up by the API, which needs no database.'),
}

export function mapFirebase(tree: Tree, draft: SettingsDraft): void {
  applyBackendRules(tree, 'firebase', firebaseRules, draft.backend('firebase', 'firebase'), draft)
}
