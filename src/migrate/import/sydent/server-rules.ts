import { asBoolean, asNumber, asText, lost, obsolete, to, type Rule, type Rules } from '../settings/rules.ts'

const commaList = (value: unknown) =>
  (asText(value) ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')

const lines = (value: unknown) =>
  (asText(value) ?? '')
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '')

const listTo = (path: string, read: (value: unknown) => string[]): Rule => to(path, read)

const level: Rule = (value, from, draft) => {
  const text = asText(value)?.toLowerCase() ?? ''
  const mapped = { warning: 'warn', critical: 'error', fatal: 'error', notset: 'debug' }[text] ?? text
  draft.set(from, ['activity', 'level'], mapped, mapped === text ? '' : `Signpost calls it "${mapped}".`)
}

/** The part before `%`, `::` for all addresses. */
const bindAddress: Rule = (value, from, draft) => {
  const host = asText(value)
  if (host !== undefined) draft.set(from, ['server', 'listen', 'host'], host)
}

const serverName: Rule = (value, from, draft) => {
  const name = asText(value)
  if (name === undefined) return draft.lost(from, 'It is empty.')
  const note = 'Signatures carry the Matrix domain as their name; homeservers go by the key.'
  draft.set(from, ['server', 'names'], [name], note)
}

const v1: Rule = (value, from, draft) => {
  if (asBoolean(value) === false) draft.set(from, ['identityV1', 'enabled'], false)
  else draft.set(from, ['identityV1', 'enabled'], true)
}

const secured: Rule = (value, from, draft) => {
  const text = asText(value)?.toUpperCase()
  const mapped = text === 'SSL' || text === 'TLS' ? 'implicit' : text === 'STARTTLS' ? 'starttls' : 'none'
  draft.set(from, ['notifications', 'email', 'smtp', 'security'], mapped)
}

const sender: Rule = (value, from, draft) => {
  const text = asText(value)
  if (text === undefined || text.includes('{hostname}'))
    return draft.lost(from, 'Sydent sends it as it is, with {hostname}; write the sender anew.')
  draft.set(from, ['notifications', 'email', 'from'], text)
}

/** `1/300` or `0.2`, in events a second. */
const rate = (value: unknown): number | undefined => {
  const [count, seconds] = (asText(value) ?? '').split('/').map((part) => asNumber(part))
  if (count === undefined) return undefined
  const perMinute = (count / (seconds ?? 1)) * 60
  return perMinute > 0 && Number.isFinite(perMinute) ? perMinute : undefined
}

/** Sydent has one limit for all mails of a sender; here invitations and validations have their own. */
const senderLimit =
  (key: 'burst' | 'perMinute', read: (value: unknown) => number | undefined): Rule =>
  (value, from, draft) => {
    const number = read(value)
    if (number === undefined) return draft.lost(from, 'It is no number.')
    const note = 'Invitations and validations are limited each for themselves.'
    draft.set(from, ['rateLimits', 'storeInvitePerSender', key], number, note)
    draft.set(from, ['rateLimits', 'requestTokenPerAccount', key], number, note)
  }

const replication =
  'Signposts do not replicate: several share one PostgreSQL, and other organisations are asked by federation.'
const metrics = 'Metrics are on the admin listener.'
const templates = 'Templates are read as files; see the templates of this report.'

export const sydentServerRules: Rules = {
  'general.server.name': serverName,
  'general.log.path': obsolete('The log goes to standard output, for systemd or the container to keep.'),
  'general.log.level': level,
  'general.pidfile.path': obsolete('systemd and containers need none.'),
  'general.terms.path': obsolete('The documents in it are taken over; see terms.'),
  'general.address_lookup_limit': to('lookup.maxAddresses', asNumber),
  'general.templates.path': obsolete(templates),
  'general.brand.default': obsolete(templates),
  'general.enable_v1_access': v1,
  'general.enable_v1_associations': lost('Where v1 is served, it binds as well.'),
  'general.delete_tokens_on_bind': obsolete('Signpost knows which invitations were delivered.'),
  'general.ip.blacklist': lost('Private and special networks are always refused; no others can be added.'),
  'general.ip.whitelist': listTo('network.allowPrivate', commaList),
  'general.homeserver_allow_list': listTo('accounts.homeservers', commaList),
  'general.prometheus_port': obsolete(metrics),
  'general.prometheus_addr': obsolete(metrics),
  'general.prometheus_enabled': obsolete(metrics),
  'general.sentry_dsn': lost('Nothing is reported to third parties.'),
  'general.sentry_enabled': lost('Nothing is reported to third parties.'),
  'db.db.file': obsolete('The rows are taken over into the database of Signpost.'),
  'http.clientapi.http.bind_address': bindAddress,
  'http.clientapi.http.port': to('server.listen.port', asNumber),
  'http.internalapi.http.bind_address': lost('There is no internal API that binds without a validation.'),
  'http.internalapi.http.port': lost('There is no internal API that binds without a validation.'),
  'http.replication.https.bind_address': lost(replication),
  'http.replication.https.port': lost(replication),
  'http.replication.https.certfile': lost(replication),
  'http.replication.https.cacert': lost(replication),
  'http.obey_x_forwarded_for': obsolete(
    'server.trustedProxies says whom to believe; this machine, unless changed.',
  ),
  'http.federation.verifycerts': (value, from, draft) => {
    if (asBoolean(value) === false)
      draft.lost(from, 'Certificates are always checked; network.caFile names an authority of your own.')
    else draft.obsolete(from, 'Certificates are always checked.')
  },
  'http.client_http_base': to('server.publicUrl', asText),
  'http.verify_response_template': obsolete(templates),
  'email.email.from': sender,
  'email.email.subject': obsolete('Sydent did nothing with it.'),
  'email.email.invite.subject': obsolete(templates),
  'email.email.invite.subject_space': obsolete(templates),
  'email.email.smtphost': to('notifications.email.smtp.host', asText),
  'email.email.smtpport': to('notifications.email.smtp.port', asNumber),
  'email.email.smtpusername': to('notifications.email.smtp.user', asText),
  'email.email.smtppassword': (value, from, draft) => {
    const text = asText(value)
    if (text !== undefined) draft.secret(from, ['notifications', 'email', 'smtp', 'password'], text)
  },
  'email.email.hostname': to('notifications.email.smtp.heloName', asText),
  'email.email.tlsmode': secured,
  'email.email.template': obsolete(templates),
  'email.email.invite_template': obsolete(templates),
  'email.email.default_web_client_location': to('invitations.webClient', asText),
  'email.email.third_party_invite_username_obfuscate_characters': lost(
    'Rooms show three characters of a name.',
  ),
  'email.email.third_party_invite_domain_obfuscate_characters': lost(
    'Rooms show three characters of a domain.',
  ),
  'email.email.third_party_invite_homeserver_blocklist': listTo('invitations.blocked.homeservers', lines),
  'email.email.third_party_invite_room_blocklist': listTo('invitations.blocked.rooms', lines),
  'email.email.third_party_invite_keyword_blocklist': listTo('invitations.blocked.keywords', lines),
  'email.email.ratelimit_sender.burst': senderLimit('burst', asNumber),
  'email.email.ratelimit_sender.rate_hz': senderLimit('perMinute', rate),
  'crypto.ed25519.signingkey': obsolete('The key is taken over into the data directory of Signpost.'),
}
