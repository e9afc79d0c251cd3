import type { Reading, SourceData } from '../data.ts'
import { openSourceDatabase } from '../database/open-source-database.ts'
import type { SourceDatabase } from '../database/source-database.ts'
import { publicKeyOf } from '../keys.ts'
import { countLeft, nothing, type OpenedImport, type OpenOptions } from '../opened.ts'
import { asBoolean, asNumber, asText } from '../settings/rules.ts'
import { besides, readSourceText, unreadable, type ImportSource } from '../source.ts'
import { mxisdTemplateSources, readTemplates } from '../templates.ts'
import { mxisdInvitations, type MxisdInvitationRules } from './invitations.ts'
import { postgresUrlOf } from './jdbc.ts'
import { readKeyStore, type KeyStore } from './key-store.ts'
import { latestTransaction } from './latest-transaction.ts'
import { ma1sdAccounts, ma1sdTerms, ma1sdTokens, mxisdSessions } from './people.ts'
import { mapMxisdSettings, readMxisdYaml, type MxisdProduct } from './settings.ts'
import { at, type Tree } from './tree.ts'

const MINUTE_MS = 60_000

const leftTables = {
  as_txn:
    'The newest says until when the other server has heard the homeserver; nothing of before is done again.',
  hashes: 'Hashes are made anew with a pepper of Signpost.',
  changelog: 'It tells what ma1sd did to its own tables.',
}

/** Opens mxisd or ma1sd, whose files are alike. Throws `OperatorError`. */
export async function openMxisd(
  source: ImportSource,
  product: MxisdProduct,
  options: OpenOptions,
): Promise<OpenedImport> {
  const file = await readSourceText(source)
  const tree = readMxisdYaml(file)
  const domain = asText(at(tree, 'matrix.domain')) ?? source.domain ?? options.ownDomain
  if (domain === null || domain === undefined) {
    throw unreadable(
      file.path,
      'It does not say matrix.domain.',
      'Add --domain with the name of the homeserver.',
    )
  }
  const keys = source.withoutKeys === true ? null : await openKeys(source, tree, file.path)
  const templates = await readTemplates(file.path, mxisdTemplateSources(templatePaths(tree)))
  const location = databaseOf(source, tree, file.path)
  const database = location === null ? null : await openSourceDatabase(location)
  const rules = invitationRules(tree, domain, keys, options)
  return {
    configPath: file.path,
    domain,
    settings: mapMxisdSettings(tree, product),
    keys,
    templates,
    database,
    data: dataOf(database, rules),
    heardUntil: database === null ? null : await latestTransaction(database),
    leftTables: database === null ? [] : await countLeft(database, leftTables),
    warnings: database === null ? ['It has no database: only settings and keys come over.'] : [],
    close: async () => await database?.close(),
  }
}

async function openKeys(source: ImportSource, tree: Tree, configPath: string): Promise<KeyStore> {
  const path = source.keys ?? asText(at(tree, 'key.path'))
  if (path === undefined || path === ':memory:') {
    const fix = 'Name the key store with --keys, or go on without it: --without-keys.'
    throw unreadable(configPath, 'It does not say where the signing keys are (key.path).', fix)
  }
  return await readKeyStore(source.keys === undefined ? besides(configPath, path) : path)
}

/** A file, or a `postgres://` URL; null for a store in memory. */
function databaseOf(source: ImportSource, tree: Tree, configPath: string): string | null {
  if (source.database !== undefined) return source.database
  const backend = asText(at(tree, 'storage.backend')) ?? 'sqlite'
  if (backend === 'postgresql') {
    const part = (name: string) => asText(at(tree, `storage.provider.postgresql.${name}`))
    const url = postgresUrlOf(part('database') ?? '', part('username'), part('password'))
    if (url !== null) return url
    const fix = 'Name the database with --database postgres://USER:PASSWORD@HOST/DATABASE'
    throw unreadable(configPath, 'The address of its PostgreSQL database cannot be read.', fix)
  }
  const path = asText(at(tree, 'storage.provider.sqlite.database'))
  return path === undefined || path === ':memory:' ? null : besides(configPath, path)
}

function invitationRules(
  tree: Tree,
  domain: string,
  keys: KeyStore | null,
  { expireAfter }: OpenOptions,
): MxisdInvitationRules {
  const all = keys === null ? [] : [keys.current, ...keys.others]
  const publicKeys = new Set(all.map(publicKeyOf))
  const ends = asBoolean(at(tree, 'invite.expiration.enabled')) ?? true
  const user = asText(at(tree, 'appsvc.user.inviteExpired')) ?? '_mxisd_invite-expired'
  return {
    keys,
    publicKey: keys === null ? null : publicKeyOf(keys.current),
    hasKey: (publicKey) => publicKeys.has(publicKey),
    expireAfter: ends ? (asNumber(at(tree, 'invite.expiration.after')) ?? 10_080) * MINUTE_MS : null,
    defaultExpireAfter: expireAfter,
    expiredUser: asText(at(tree, 'invite.expiration.resolveTo')) ?? `@${user}:${domain}`,
  }
}

function dataOf(db: SourceDatabase | null, rules: MxisdInvitationRules): SourceData {
  // Neither stores associations: they come from the backends, which are settings.
  const none = { associations: nothing, invitationKeys: nothing }
  if (db === null) {
    return {
      ...none,
      invitations: nothing,
      accounts: nothing,
      tokens: nothing,
      terms: nothing,
      sessions: nothing,
    }
  }
  return {
    ...none,
    invitations: (reading: Reading) => mxisdInvitations(db, rules, reading),
    accounts: (reading: Reading) => ma1sdAccounts(db, reading),
    tokens: (reading: Reading) => ma1sdTokens(db, reading),
    terms: (reading: Reading) => ma1sdTerms(db, reading),
    sessions: (reading: Reading) => mxisdSessions(db, reading),
  }
}

function templatePaths(tree: Tree): Readonly<Record<string, string | undefined>> {
  const path = (key: string) => asText(at(tree, key))
  const email = 'threepid.medium.email.generators.template'
  const msisdn = 'threepid.medium.msisdn.generators.template'
  return {
    'email.invite': path(`${email}.invite`),
    'email.session.validation': path(`${email}.session.validation`),
    'email.session.unbind.notification': path(`${email}.session.unbind.notification`),
    'msisdn.invite': path(`${msisdn}.invite`),
    'msisdn.session.validation': path(`${msisdn}.session.validation`),
    'page.success': path('view.session.onTokenSubmit.success'),
  }
}
