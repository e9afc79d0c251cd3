import { isObject } from '../settings/draft.ts'
import { asNumber, asText, obsolete, secretTo, to, type Rule, type Rules } from '../settings/rules.ts'

const security: Readonly<Record<number, string>> = { 0: 'none', 1: 'auto', 2: 'starttls', 3: 'implicit' }

const connector: Rule = (value, from, draft, [medium]) => {
  const name = asText(value)
  const place = medium === 'msisdn' ? 'sms' : 'email'
  // SendGrid is chosen under notification.handler, beside the connector.
  if (draft.has(['notifications', place, 'transport']))
    return draft.obsolete(from, 'notification.handler says what sends.')
  const known = place === 'sms' ? ['twilio', 'none'] : ['smtp', 'none']
  if (name === undefined || !known.includes(name)) return draft.lost(from, `There is no connector "${name}".`)
  draft.set(from, ['notifications', place, 'transport'], name)
}

/** `name <address>`, of two keys. */
export function senderOf(identity: unknown): string | undefined {
  if (!isObject(identity)) return undefined
  const [from, name] = [asText(identity['from']), asText(identity['name'])]
  if (from === undefined) return undefined
  return name === undefined ? from : `"${name.replaceAll(/["\\]/g, '')}" <${from}>`
}

const sender: Rule = (value, from, draft) => {
  const text = senderOf(value)
  if (text === undefined) draft.lost(from, 'It names no address.')
  else if (draft.has(['notifications', 'email', 'from']))
    draft.obsolete(from, 'notification.handlers names the sender.')
  else draft.set(from, ['notifications', 'email', 'from'], text)
}

const handler: Rule = (value, from, draft, [medium]) => {
  const name = asText(value)
  if (name === 'sendgrid' && medium === 'email')
    draft.set(from, ['notifications', 'email', 'transport'], name)
  else if (name === 'raw') draft.obsolete(from, 'It is the usual way.')
  else draft.lost(from, `There is no handler "${name}" for ${medium}.`)
}

const templates = 'Templates are read as files; see the templates of this report.'

/** Keys of `notification` and `threepid`, which name transports and senders. The handlers come first. */
export const notificationRules: Rules = {
  'notification.handler.*': handler,
  'notification.handlers.sendgrid.api.key': secretTo('notifications.email.sendgrid.apiKey'),
  'notification.handlers.sendgrid.identity': sender,
  'notification.handlers.sendgrid.templates': obsolete(templates),
  'threepid.medium.email.identity': sender,
  'threepid.medium.*.connector': connector,
  'threepid.medium.*.generator': obsolete('There is one kind of templates.'),
  'threepid.medium.email.connectors.smtp.host': to('notifications.email.smtp.host', asText),
  'threepid.medium.email.connectors.smtp.port': to('notifications.email.smtp.port', asNumber),
  'threepid.medium.email.connectors.smtp.tls': to(
    'notifications.email.smtp.security',
    (value) => security[asNumber(value) ?? -1],
    'The certificate of the mail server is checked now.',
  ),
  'threepid.medium.email.connectors.smtp.login': to('notifications.email.smtp.user', asText),
  'threepid.medium.email.connectors.smtp.password': secretTo('notifications.email.smtp.password'),
  'threepid.medium.*.generators.template': (value, from, draft) => {
    const placeholders = isObject(value) && isObject(value['placeholder']) ? value['placeholder'] : {}
    for (const [name, text] of Object.entries(placeholders)) {
      const key = ['notifications', 'email', 'placeholders', name]
      draft.set(`${from}.placeholder.${name}`, key, asText(text) ?? '')
    }
    draft.obsolete(from, templates)
  },
  'threepid.medium.msisdn.connectors.twilio.account_sid': to('notifications.sms.twilio.accountSid', asText),
  'threepid.medium.msisdn.connectors.twilio.auth_token': secretTo('notifications.sms.twilio.authToken'),
  'threepid.medium.msisdn.connectors.twilio.number': to('notifications.sms.twilio.from', asText),
  'view.session.onTokenSubmit': obsolete(templates),
}
