import type { Finding } from './problems.ts'
import type { Config } from './schema.ts'

/** Whether the chosen ways to send mail and text messages have what they need. */
export function* checkNotifications({ notifications: { email, sms } }: Config): Iterable<Finding> {
  yield* checkEmail(email)
  if (sms.transport === 'twilio') yield* checkTwilio(sms.twilio)
  if (sms.transport === 'http') yield* checkHttpSms(sms.http)
}

type Email = Config['notifications']['email']
type Sms = Config['notifications']['sms']

function* checkEmail({ transport, from, smtp, sendgrid }: Email): Iterable<Finding> {
  const section = ['notifications', 'email']
  if (from !== null && !/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/.test(from)) {
    yield {
      keys: [...section, 'from'],
      message: 'The sender holds no e-mail address.',
      fix: 'Write an address, with a name before it if you like: "Example School <matrix@example.org>"',
    }
  }
  if (smtp.password !== null && smtp.user === null) {
    yield {
      keys: [...section, 'smtp', 'user'],
      message:
        'There is a password for the mail server (notifications.email.smtp.password), but no login name.',
      fix: 'Write the login name, often the whole mail address; or remove the password.',
    }
  }
  if (transport === 'smtp' && smtp.user !== null && smtp.password === null) {
    yield {
      keys: [...section, 'smtp', 'password'],
      message: 'There is a login name for the mail server (notifications.email.smtp.user), but no password.',
      fix: 'Write the password, or {file: PATH}; or remove the login name.',
    }
  }
  if (transport === 'sendgrid' && sendgrid.apiKey === null) {
    yield {
      keys: [...section, 'sendgrid', 'apiKey'],
      message: 'Sending through SendGrid (notifications.email.transport) needs an API key.',
      fix: 'Write {file: PATH} or {env: NAME}, or the key itself.',
    }
  }
}

function* checkTwilio(twilio: Sms['twilio']): Iterable<Finding> {
  const needed = [
    ['accountSid', 'the account SID; it begins with AC and stands in the Twilio console.'],
    ['authToken', 'the auth token, as {file: PATH} or {env: NAME} or the token itself.'],
    ['from', 'the sending number in quotes: "+4915112345678".'],
  ] as const
  for (const [key, what] of needed) {
    if (twilio[key] !== null && twilio[key] !== '') continue
    yield {
      keys: ['notifications', 'sms', 'twilio', key],
      message: 'Sending through Twilio (notifications.sms.transport) needs this key.',
      fix: `Write ${what}`,
    }
  }
}

function* checkHttpSms({ url, body, success }: Sms['http']): Iterable<Finding> {
  const section = ['notifications', 'sms', 'http']
  // The URL may hold a credential and is not repeated here.
  if (!/^https?:\/\/[^/\s]/.test(url)) {
    yield {
      keys: [...section, 'url'],
      message: 'Sending over HTTP (notifications.sms.transport) needs the URL of the SMS gateway.',
      fix: 'Write a URL that begins with https:// or http://.',
    }
  } else if (!`${url}${body ?? ''}`.includes('{to}')) {
    yield {
      keys: [...section, body === null ? 'url' : 'body'],
      message: 'Neither the URL nor the body says to whom the message goes.',
      fix: 'Put {to} where the gateway expects the number, and {text} where it expects the message.',
    }
  }
  if (!/^(2xx|\d{3}(\s*,\s*\d{3})*)$/.test(success)) {
    yield {
      keys: [...section, 'success'],
      message: `"${success}" is not a status or a list of them.`,
      fix: 'Write 2xx, or numbers like 200,202.',
    }
  }
}
