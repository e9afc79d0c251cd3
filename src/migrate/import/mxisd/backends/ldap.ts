import { isObject, type SettingsDraft } from '../../settings/draft.ts'
import {
  applyBackendRules,
  asBoolean,
  asNumber,
  asText,
  asTexts,
  drop,
  keep,
  keepSecret,
  type BackendRule,
} from '../../settings/rules.ts'

/** What mxisd and ma1sd looked at when nothing was said. */
const defaultEmails = ['mailPrimaryAddress', 'mail', 'otherMailbox']
const defaultPhones = [
  'telephoneNumber',
  'mobile',
  'homePhone',
  'otherTelephone',
  'otherMobile',
  'otherHomePhone',
]

const threepids: BackendRule = (value, from, backend, draft) => {
  if (!isObject(value)) return draft.lost(from, 'It names no attributes.')
  const keys: Readonly<Record<string, string>> = { email: 'attributes.emails', msisdn: 'attributes.phones' }
  for (const [medium, attributes] of Object.entries(value)) {
    const key = keys[medium]
    if (key === undefined)
      draft.lost(`${from}.${medium}`, 'Only e-mail addresses and phone numbers are mediums.')
    else backend.set(`${from}.${medium}`, key, asTexts(attributes) ?? [])
  }
}

const uidType: BackendRule = (value, from, backend) =>
  backend.set(from, 'userType', asText(value) === 'mxid' ? 'mxid' : 'localpart')

const rules: Readonly<Record<string, BackendRule>> = {
  enabled: keep('enabled', asBoolean),
  filter: keep('filter', asText),
  // Read together, below.
  'connection.host': () => {},
  'connection.port': () => {},
  'connection.tls': () => {},
  'connection.baseDNs': () => {},
  'connection.baseDn': () => {},
  'connection.bindDn': keep('bindDn', asText),
  'connection.bindPassword': keepSecret('bindPassword'),
  'attribute.uid.type': uidType,
  'attribute.uid.value': keep('attributes.user', asText),
  'attribute.name': keep('attributes.name', asText),
  'attribute.threepid': threepids,
  'auth.filter': keep('filters.authentication', asText),
  'directory.filter': keep('filters.search', asText),
  'identity.filter': keep('filters.lookup', asText),
  'profile.filter': keep('filters.profile', asText),
  'directory.attribute.other': keep('attributes.search', asTexts),
  'identity.token': drop('obsolete', 'Filters are made from the attributes.'),
  'identity.medium': drop(
    'lost',
    'Filters are made from the attributes; name the attributes that it asked for.',
  ),
  'identity.lookup': keep(
    'sync.enabled',
    asBoolean,
    'A copy of all people is kept, so that hashed lookups find them.',
  ),
  activeDirectory: (value, from, backend) =>
    backend.set(from, 'preset', asBoolean(value) === true ? 'activeDirectory' : 'openldap'),
  defaultDomain: drop(
    'lost',
    'Localparts are taken from the attribute of the user, without the part behind its @.',
  ),
}

/** @param section `ldap` or `netiq` */
export function mapLdap(
  tree: Readonly<Record<string, unknown>>,
  section: string,
  draft: SettingsDraft,
): void {
  const backend = draft.backend(section, 'ldap')
  const connection = isObject(tree['connection']) ? tree['connection'] : {}
  const scheme = asBoolean(connection['tls']) === true ? 'ldaps' : 'ldap'
  const host = asText(connection['host']) ?? ''
  const port = asNumber(connection['port']) ?? 389
  backend.set(`${section}.connection`, 'servers', [`${scheme}://${host}:${port}`])
  const bases = [...(asTexts(connection['baseDNs']) ?? []), ...(asTexts(connection['baseDn']) ?? [])]
  backend.set(`${section}.connection.baseDNs`, 'bases', [...new Set(bases)])
  backend.set(section, 'preset', section === 'netiq' ? 'edirectory' : 'openldap')
  setDefaults(tree, section, backend)
  applyBackendRules(tree, section, rules, backend, draft)
}

function setDefaults(
  tree: Readonly<Record<string, unknown>>,
  section: string,
  backend: ReturnType<SettingsDraft['backend']>,
): void {
  const attribute = isObject(tree['attribute']) ? tree['attribute'] : {}
  const uid = isObject(attribute['uid']) ? attribute['uid'] : {}
  const note = 'The default of the other server.'
  if (uid['value'] === undefined) backend.set(section, 'attributes.user', 'saMAccountName', note)
  if (attribute['name'] === undefined) backend.set(section, 'attributes.name', 'displayName', note)
  if (attribute['threepid'] !== undefined) return
  backend.set(section, 'attributes.emails', defaultEmails, note)
  backend.set(section, 'attributes.phones', defaultPhones, note)
}
