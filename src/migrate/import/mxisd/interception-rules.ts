import { isObject } from '../settings/draft.ts'
import { asBoolean, asText, asTexts, to, type Rule, type Rules } from '../settings/rules.ts'

const not = (value: unknown) => {
  const flag = asBoolean(value)
  return flag === undefined ? undefined : !flag
}

const rewrite: Rule = (value, from, draft) => {
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  const rules = list.flatMap((each) => {
    // Its documentation once has `regexp`.
    const match = isObject(each) ? (asText(each['regex']) ?? asText(each['regexp'])) : undefined
    const medium = isObject(each) ? asText(each['medium']) : undefined
    return match === undefined || medium === undefined ? [] : { match, medium }
  })
  draft.set(from, ['authentication', 'enabled'], true)
  draft.set(from, ['authentication', 'rewrite'], rules)
}

/** Lists of several mediums end up in one. */
const patterns =
  (kind: 'allow' | 'deny', group: 'patterns' | 'domains', note = ''): Rule =>
  (value, from, draft) => {
    const path = ['registration', group, kind]
    const before = draft.values().find((each) => each.path.join('.') === path.join('.'))?.value
    draft.set(from, path, [...((before as string[] | undefined) ?? []), ...(asTexts(value) ?? [])], note)
  }

const domains = 'Rules for sub-domains never worked there; they do now.'

/** Keys about requests of clients that go through the identity server on their way to the homeserver. */
export const interceptionRules: Rules = {
  'auth.rewrite.user.rules': rewrite,
  'directory.exclude.homeserver': to('directory.homeserver', not),
  'directory.exclude.threepid': to('directory.searchThreepids', not),
  'invite.policy.ifSender.hasRole': (value, from, draft) => {
    draft.set(from, ['roomInvites', 'enabled'], true)
    draft.set(from, ['roomInvites', 'roles'], asTexts(value) ?? [])
  },
  'register.policy.allowed': to('registration.others', (value) =>
    asBoolean(value) === true ? 'allow' : 'refuse',
  ),
  'register.policy.invite': to('registration.invited', asBoolean),
  'register.policy.threepid.*.pattern.blacklist': patterns('deny', 'patterns'),
  'register.policy.threepid.*.pattern.whitelist': patterns('allow', 'patterns'),
  'register.policy.threepid.email.domain.blacklist': patterns('deny', 'domains', domains),
  'register.policy.threepid.email.domain.whitelist': patterns('allow', 'domains', domains),
}
