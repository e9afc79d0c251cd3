import type { SettingsDraft } from '../../settings/draft.ts'
import { applyBackendRules, asBoolean, drop, keep, type BackendRule } from '../../settings/rules.ts'
import { mapConnection, sqlTypeOf } from './sql.ts'

const own = 'Signpost knows the tables of Synapse itself.'

const uses =
  (use: string): BackendRule =>
  (value, from, backend) =>
    backend.set(from, `uses.${use}`, asBoolean(value) ?? true)

const rules: Readonly<Record<string, BackendRule>> = {
  enabled: keep('enabled', asBoolean),
  type: () => {},
  connection: () => {},
  'auth.enabled': drop('obsolete', 'Passwords were never checked in the database.'),
  'directory.enabled': uses('search'),
  'identity.enabled': uses('lookup'),
  'profile.enabled': uses('profile'),
  'directory.query': drop('obsolete', own),
  'identity.type': drop('obsolete', own),
  'identity.query': drop('lost', `${own} For a query of your own add a backend of type sql.`),
  'identity.medium': drop('lost', `${own} For a query of your own add a backend of type sql.`),
  'lookup.query': drop('lost', `${own} For a query of your own add a backend of type sql.`),
  'profile.displayName': drop('obsolete', own),
  'profile.threepid': drop('obsolete', own),
  'profile.role': drop('obsolete', 'Communities are gone from Matrix, and with them these roles.'),
  legacyRoomNames: drop('obsolete', own),
}

/**
 * mxisd asked for the addresses of the accounts, ma1sd for those that users had published through an identity server.
 * @param idServers names under which users may have published them
 */
export function mapSynapse(
  tree: Readonly<Record<string, unknown>>,
  product: 'mxisd' | 'ma1sd',
  idServers: readonly string[],
  draft: SettingsDraft,
): void {
  const backend = draft.backend('synapse', 'synapse')
  mapConnection('synapseSql.connection', sqlTypeOf(tree['type']), tree['connection'], backend, draft)
  if (product === 'mxisd') {
    backend.set('synapseSql.identity', 'addresses', 'account')
  } else {
    const note = 'ma1sd took what was published through any identity server; here they are named.'
    backend.set('synapseSql.identity', 'addresses', 'published')
    backend.set('synapseSql.identity', 'idServers', idServers, note)
  }
  applyBackendRules(tree, 'synapseSql', rules, backend, draft)
}
