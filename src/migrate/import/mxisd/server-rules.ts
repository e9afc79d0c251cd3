import { formatDuration } from '../../../config/durations.ts'
import { isObject } from '../settings/draft.ts'
import {
  asBoolean,
  asNumber,
  asText,
  asTexts,
  lost,
  obsolete,
  setIfGiven,
  to,
  unknownExcept,
  type Rule,
  type Rules,
} from '../settings/rules.ts'

const MINUTE_MS = 60_000

const minutes = (value: unknown) => {
  const number = asNumber(value)
  return number === undefined || number < 1 ? undefined : formatDuration(Math.round(number) * MINUTE_MS)
}

/** `2d 4h 12m 34s` of ma1sd, in milliseconds. */
function delayMs(value: unknown): number | undefined {
  const parts = asText(value)?.trim().split(/\s+/) ?? []
  const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  const times = parts.map((part) => {
    const [, amount, unit = 's'] = /^(\d+)([smhd])?$/.exec(part) ?? []
    return Number(amount) * (units[unit] ?? 0)
  })
  const sum = times.reduce((one, other) => one + other, 0)
  return Number.isFinite(sum) && sum > 0 ? sum : undefined
}

/** Faster, and clients that asked for the pepper a moment ago would be refused. */
const FASTEST_ROTATION_MS = 3_600_000

const rotation: Rule = (value, from, draft) => {
  const delay = delayMs(value)
  const path = ['lookup', 'pepper', 'rotateEvery']
  if (delay === undefined) draft.lost(from, 'The value is no time.')
  else if (delay < FASTEST_ROTATION_MS)
    draft.obsolete(from, 'Rotating this fast only breaks lookups; the default stays.')
  else draft.set(from, path, formatDuration(delay))
}

/** Both servers answer several names; Signpost belongs to one homeserver. */
const clientOverwrite: Rule = (value, from, draft) => {
  const entries = namedValues(value)
  const [first, ...others] = entries
  if (first === undefined) return draft.lost(from, 'It names no homeserver.')
  draft.set(from, ['matrix', 'homeserverUrl'], first.value)
  for (const { name } of others) draft.lost(from, `Only one homeserver is intercepted for; ${name} is not.`)
}

const federationOverwrite: Rule = (value, from, draft) => {
  for (const { name, value: url } of namedValues(value)) draft.set(from, ['matrix', 'pins', name], url)
}

function namedValues(value: unknown): readonly { name: string; value: string }[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  return list.flatMap((each) => {
    const [name, url] = isObject(each) ? [asText(each['name']), asText(each['value'])] : []
    return name === undefined || url === undefined ? [] : { name, value: url }
  })
}

/** Documents come over; which endpoints they guarded does not: the specification has them guard all. */
const policy: Rule = (value, from, draft, [id = '']) => {
  if (!isObject(value)) return draft.lost(from, 'It is no policy.')
  unknownExcept(value, from, ['version', 'terms', 'regexp'], draft)
  const terms = isObject(value['terms']) ? value['terms'] : {}
  const note = 'All endpoints need it, and every policy has to be accepted.'
  draft.set(from, ['terms', id], { version: asText(value['version']) ?? '1.0', ...terms }, note)
  if (value['regexp'] !== undefined)
    draft.obsolete(`${from}.regexp`, 'Terms guard every endpoint, as the specification says.')
}

const algorithms: Rule = (value, from, draft) => {
  const known = (asTexts(value) ?? []).filter((each) => each === 'none' || each === 'sha256')
  const isWhole = known.includes('sha256')
  const note = isWhole ? '' : 'sha256 is added: the specification requires it.'
  draft.set(from, ['lookup', 'algorithms'], isWhole ? known : ['sha256', ...known], note)
}

const listenHost: Rule = (value, from, draft) =>
  setIfGiven(draft, from, ['server', 'listen', 'host'], asText(value))

const level: Rule = (value, from, draft) => {
  const text = asText(value)?.toLowerCase() ?? ''
  const mapped = { trace: 'debug', off: 'error' }[text] ?? text
  const note = mapped === text ? '' : `Signpost has no level "${text}".`
  draft.set(from, ['activity', 'level'], mapped, note)
}

/** Keys of mxisd and ma1sd besides backends and notifications. */
export const serverRules: Rules = {
  'matrix.domain': to('matrix.domain', asText),
  'matrix.v1': to('identityV1.enabled', asBoolean),
  'matrix.v2': obsolete('v2 is always served.'),
  // Read together with `forward.servers`.
  'matrix.identity.servers': () => {},
  'server.name': (value, from, draft) => {
    const name = asText(value)
    if (name === undefined) return draft.lost(from, 'It is empty.')
    draft.set(
      from,
      ['server', 'names'],
      [name],
      'Signatures carry the Matrix domain as their name; homeservers go by the key.',
    )
  },
  'server.port': to('server.listen.port', asNumber),
  'server.publicUrl': (value, from, draft) => {
    const url = asText(value)?.replaceAll('%SERVER_NAME%', asText(draftDomain(draft)) ?? '')
    setIfGiven(draft, from, ['server', 'publicUrl'], url)
  },
  'server.hostname': listenHost,
  'key.path': obsolete('The keys are taken over into the data directory of Signpost.'),
  storage: obsolete('The rows are taken over into the database of Signpost.'),
  'lookup.bulk.enabled': lost('Bulk lookups are always answered.'),
  'lookup.recursive.enabled': to('federation.outbound.enabled', asBoolean),
  'lookup.recursive.allowedCidr': to(
    'federation.recursion.networks',
    asTexts,
    'It is about requests without an account (v1); users of your homeserver may always cause questions to others.',
  ),
  'lookup.recursive.bridge.enabled': (value, from, draft) => {
    if (asBoolean(value) === true) draft.obsolete(from, 'A bridge that is named is asked.')
    else draft.lost(from, 'The bridge was off; take federation.bridges out again if it should stay off.')
  },
  'lookup.recursive.bridge.recursiveOnly': obsolete('A bridge is asked for those who may cause recursion.'),
  'lookup.recursive.bridge.server': to('federation.bridges.url', asText),
  'lookup.recursive.bridge.mappings': to('federation.bridges.mediums'),
  'forward.servers': () => {},
  'dns.overwrite.homeserver.client': clientOverwrite,
  'dns.overwrite.homeserver.federation': federationOverwrite,
  'invite.expiration.enabled': (value, from, draft) => {
    if (asBoolean(value) === false)
      draft.set(
        from,
        ['invitations', 'expireAfter'],
        '3650d',
        'Invitations always end; ten years stand for never.',
      )
    else draft.obsolete(from, 'Invitations always end.')
  },
  'invite.expiration.after': to('invitations.expireAfter', minutes),
  'invite.expiration.resolveTo': to('invitations.expireTo', asText),
  'invite.resolution.recursive': obsolete('Waiting invitations are looked up everywhere.'),
  'invite.resolution.timer': obsolete(
    'Waiting invitations are looked up every minute, and at once after a change.',
  ),
  'invite.resolution.period': obsolete('Waiting invitations are looked up every minute.'),
  'invite.fullDisplayName': to('invitations.fullDisplayName', asBoolean),
  'session.policy.validation.enabled': to('validation.enabled', asBoolean),
  'session.policy.unbind.enabled': lost('Users can always unbind what they have bound.'),
  'session.policy.unbind.notifications': to('associations.unbindNotification', asBoolean),
  'session.policy.unbind.fraudulent': obsolete('mxisd did nothing with it.'),
  'view.session.local': obsolete('The other server did nothing with it.'),
  'policy.policies.*': policy,
  'accountConfig.allowOnlyTrustDomains': (value, from, draft) => {
    if (asBoolean(value) !== false) return
    draft.set(from, ['accounts', 'homeservers'], [])
  },
  'hashing.enabled': obsolete('Hashed lookups are always answered.'),
  'hashing.pepperLength': obsolete('Peppers have 256 bits.'),
  'hashing.rotationPolicy': obsolete('The pepper rotates by time.'),
  'hashing.requests': obsolete('The pepper rotates by time.'),
  'hashing.delay': rotation,
  'hashing.hashStorageType': obsolete('The index is kept in memory and follows the database.'),
  'hashing.algorithms': algorithms,
  'logging.root': obsolete('There is one level, that of logging.app.'),
  'logging.app': level,
  'logging.requests': to('activity.requests', asBoolean, 'Requests are logged without addresses and tokens.'),
  'internal.enabled': obsolete('Waiting invitations are looked up by themselves.'),
}

function draftDomain(draft: Parameters<Rule>[2]): unknown {
  return draft.values().find(({ path }) => path.join('.') === 'matrix.domain')?.value
}
