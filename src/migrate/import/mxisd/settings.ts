import { parse } from 'yaml'
import { createSettingsDraft, isObject, type SettingsDraft } from '../settings/draft.ts'
import { applyRules, asBoolean, asText, asTexts } from '../settings/rules.ts'
import { unreadable, type SourceText } from '../source.ts'
import { at, type Tree } from './tree.ts'
import { mapExec } from './backends/exec.ts'
import { mapLdap } from './backends/ldap.ts'
import { mapFirebase, mapRest, mapWordpress } from './backends/others.ts'
import { mapSql } from './backends/sql.ts'
import { mapSynapse } from './backends/synapse.ts'
import { mapAppservice } from './appservice-rules.ts'
import { interceptionRules } from './interception-rules.ts'
import { notificationRules } from './notification-rules.ts'
import { serverRules } from './server-rules.ts'

export type MxisdProduct = 'mxisd' | 'ma1sd'

/** Reads `mxisd.yaml` or `ma1sd.yaml`. Throws `OperatorError` `input-unreadable`. */
export function readMxisdYaml({ path, text }: SourceText): Tree {
  try {
    // SnakeYAML reads YAML 1.1, where `yes` and `off` are booleans.
    const tree: unknown = parse(text, { version: '1.1', logLevel: 'silent' })
    if (isObject(tree)) return tree
  } catch (cause) {
    throw unreadable(path, 'The file is not YAML.', 'Name the configuration file of the other server.', cause)
  }
  throw unreadable(path, 'The file holds no settings.', 'Name the configuration file of the other server.')
}

const backendSections = [
  'firebase',
  'ldap',
  'netiq',
  'rest',
  'sql',
  'synapseSql',
  'wordpress',
  'exec',
  'memory',
] as const

/** Every key of the file, and what becomes of it. */
export function mapMxisdSettings(tree: Tree, product: MxisdProduct): SettingsDraft {
  const draft = createSettingsDraft()
  const { matrix, notification, appsvc: _, ...others } = tree
  const rest = Object.fromEntries(
    Object.entries(others).filter(([name]) => !(backendSections as readonly string[]).includes(name)),
  )
  applyRules({ matrix }, serverRules, draft)
  // Handlers say which connector counts.
  applyRules({ notification }, notificationRules, draft)
  applyRules(rest, { ...serverRules, ...interceptionRules, ...notificationRules }, draft)
  mapForward(tree, draft)
  // Behind dns.overwrite, which says where the homeserver is.
  mapAppservice(tree, draft)
  for (const name of backendSections) {
    const section = tree[name]
    if (section !== undefined) mapBackend(name, isObject(section) ? section : {}, tree, product, draft)
  }
  setDefaults(tree, draft, product)
  return draft
}

function mapBackend(
  name: (typeof backendSections)[number],
  section: Tree,
  tree: Tree,
  product: MxisdProduct,
  draft: SettingsDraft,
): void {
  if (!isEnabled(name, section)) return draft.obsolete(name, 'It was switched off.')
  switch (name) {
    case 'firebase':
      return mapFirebase(section, draft)
    case 'ldap':
    case 'netiq':
      return mapLdap(section, name, draft)
    case 'rest':
      return mapRest(section, product, draft)
    case 'sql':
      return mapSql(section, draft)
    case 'synapseSql':
      return mapSynapse(section, product, identityServerNames(tree), draft)
    case 'wordpress':
      return mapWordpress(section, draft)
    case 'exec':
      return mapExec(section, draft)
    case 'memory':
      return draft.lost(name, 'It was made for tests. "signpost list import" takes a CSV file of people.')
  }
}

/** The switches of single uses are enough for SQL and programs. */
function isEnabled(name: string, section: Tree): boolean {
  const own = asBoolean(section['enabled'])
  if (own === true || (name !== 'sql' && name !== 'exec' && name !== 'synapseSql')) return own === true
  return Object.values(section).some((each) => isObject(each) && asBoolean(each['enabled']) === true)
}

/** Named lists of servers, and which of them were asked. They are asked with an account now, which nobody has yet. */
function mapForward(tree: Tree, draft: SettingsDraft): void {
  const servers = at(tree, 'matrix.identity.servers')
  const named = isObject(servers) ? servers : {}
  const labels = asTexts(at(tree, 'forward.servers')) ?? []
  const known: Tree = isObject(servers) ? servers : { 'matrix-org': ['https://matrix.org'] }
  const urls = labels.flatMap((label) => asTexts(known[label]) ?? [])
  const how = `Set federation.account, then name them in federation.central: ${urls.join(', ')}`
  if (labels.length > 0) draft.lost('forward.servers', how)
  for (const label of Object.keys(named)) {
    const from = `matrix.identity.servers.${label}`
    if (labels.includes(label)) draft.lost(from, how)
    else draft.obsolete(from, 'Nothing asked these servers.')
  }
}

/** Names that clients may have had for the identity server. */
function identityServerNames(tree: Tree): readonly string[] {
  const domain = asText(at(tree, 'matrix.domain'))
  const name = asText(at(tree, 'server.name')) ?? domain
  const publicUrl = asText(at(tree, 'server.publicUrl'))?.replaceAll('%SERVER_NAME%', name ?? '')
  const host = URL.parse(publicUrl ?? '')?.host
  return [...new Set([host, name, domain].filter((each) => each !== undefined))]
}

function setDefaults(tree: Tree, draft: SettingsDraft, product: MxisdProduct): void {
  draft.byDefault(['server', 'listen', 'host'], '0.0.0.0', 'It listened on all addresses of the machine.')
  draft.byDefault(['server', 'listen', 'port'], 8090, 'The port stays, and with it the reverse proxy.')
  draft.byDefault(['invitations', 'expireAfter'], '7d', 'Invitations ended after seven days.')
  draft.byDefault(
    ['federation', 'outbound', 'plain'],
    true,
    'It asked other servers by the old API, in clear.',
  )
  setInterceptions(tree, draft)
  setConnectors(draft)
  if (product === 'mxisd') return
  const domain = draft.values().find(({ path }) => path.join('.') === 'matrix.domain')?.value
  const trusted = 'Only users of its own homeserver had accounts.'
  if (domain !== undefined) draft.byDefault(['accounts', 'homeservers'], [domain], trusted)
}

/** Mails went out by SMTP and messages by Twilio where nothing else was said. */
function setConnectors(draft: SettingsDraft): void {
  const email = ['notifications', 'email']
  const sms = ['notifications', 'sms']
  if (draft.has([...email, 'smtp', 'host'])) {
    draft.byDefault([...email, 'transport'], 'smtp', 'Mails went out by SMTP.')
    draft.byDefault([...email, 'smtp', 'port'], 587, 'It was the default.')
    draft.byDefault([...email, 'smtp', 'security'], 'auto', 'It was the default.')
  }
  if (draft.has([...sms, 'twilio', 'accountSid']))
    draft.byDefault([...sms, 'transport'], 'twilio', 'Messages went out by Twilio.')
}

/** It answered whatever the reverse proxy led to it; Signpost does what it is told to. */
function setInterceptions(tree: Tree, draft: SettingsDraft): void {
  const answered = 'It answered whatever the reverse proxy led to it.'
  if (draft.has(['matrix', 'homeserverUrl'])) {
    draft.byDefault(['authentication', 'enabled'], true, answered)
    draft.byDefault(['directory', 'enabled'], true, answered)
  }
  if (tree['register'] !== undefined) draft.byDefault(['registration', 'enabled'], true, answered)
  const withPasswords = ['ldap', 'netiq', 'rest', 'exec', 'wordpress', 'firebase']
  if (draft.backends().some(({ type, id }) => withPasswords.includes(String(type)) || id === 'netiq')) {
    const note =
      'It checked passwords for the homeserver, whoever asked; now only who is in authentication.provider.allow.'
    draft.byDefault(['authentication', 'provider', 'enabled'], true, note)
  }
}
