import { isObject, type SettingsDraft } from '../settings/draft.ts'
import {
  applyRules,
  asBoolean,
  asText,
  asTexts,
  obsolete,
  secretTo,
  to,
  type Rules,
} from '../settings/rules.ts'
import type { Tree } from './tree.ts'

const registered = 'The registration in the homeserver names it, and stays as it is.'

const rules: Rules = {
  'appsvc.enabled': to('appservice.enabled', asBoolean),
  'appsvc.user.main': to('appservice.senderLocalpart', asText),
  'appsvc.user.inviteExpired': to('appservice.rejectExpired.localpart', asText),
  // A base URL for one of its uses; matrix.homeserverUrl is for all of them.
  'appsvc.endpoint.toHS.url': (value, from, draft) => {
    const path = ['matrix', 'homeserverUrl']
    const url = asText(value)
    if (url === undefined) draft.lost(from, 'It is empty.')
    else if (draft.has(path))
      draft.obsolete(from, 'dns.overwrite.homeserver.client says where the homeserver is.')
    else draft.set(from, path, url)
  },
  // Each is named after whom it is sent to.
  'appsvc.endpoint.toHS.token': secretTo('appservice.asToken'),
  'appsvc.endpoint.toAS.token': secretTo('appservice.hsToken'),
  'appsvc.endpoint.toAS.url': to('appservice.url', asText),
  'appsvc.registration.synapse.id': to('appservice.id', asText),
  'appsvc.registration.synapse.file': obsolete(
    '"signpost appservice registration" writes the file, once it is needed.',
  ),
  'appsvc.feature.admin.enabled': to('appservice.bot.enabled', asBoolean),
  'appsvc.feature.admin.allowedRoles': to('appservice.bot.roles', asTexts),
  'appsvc.feature.inviteById': to(
    'appservice.invited.enabled',
    asBoolean,
    'It was asked for in the registration in a form that no homeserver understands: write that anew.',
  ),
  'appsvc.feature.cleanExpiredInvite': to('appservice.rejectExpired.enabled', asBoolean),
}

/** What mxisd and ma1sd were for the homeserver as an application service: its registration goes on being valid. */
export function mapAppservice(tree: Tree, draft: SettingsDraft): void {
  const { appsvc } = tree
  if (appsvc === undefined) return
  if (!isObject(appsvc) || asBoolean(appsvc['enabled']) !== true)
    return draft.obsolete('appsvc', 'It was switched off.')
  applyRules({ appsvc }, rules, draft)
  draft.byDefault(['appservice', 'id'], 'appservice-mxisd', registered)
  draft.byDefault(['appservice', 'senderLocalpart'], 'mxisd', registered)
  draft.byDefault(['appservice', 'rejectExpired', 'localpart'], '_mxisd_invite-expired', registered)
}
