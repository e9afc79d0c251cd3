import type { BackendConfig } from '../backends/sections.ts'
import type { Config } from '../config/schema.ts'

/** The machines behind a backend, as far as its configuration names them; none for files and programs on this one. */
export function hostsOfBackend(config: BackendConfig): readonly string[] {
  switch (config.type) {
    case 'ldap':
      return config.servers.flatMap(hostOf)
    case 'rest':
      return hostOf(config.url)
    case 'wordpress':
      return config.url === null ? [] : hostOf(config.url)
    case 'sql':
    case 'synapse':
      return hostOfConnection(config.connection)
    case 'firebase':
      return ['identitytoolkit.googleapis.com']
    default:
      return []
  }
}

function hostOfConnection(connection: {
  readonly type: string
  readonly host?: string
  readonly url?: unknown
}) {
  if (connection.type === 'sqlite') return []
  // A whole URL can hold a password: what it says stays with it.
  return connection.url === undefined && connection.host !== undefined ? [connection.host] : []
}

/** Where mails go; null when they stay on this machine. */
export function mailHost({ notifications: { email } }: Config): string | null {
  if (email.transport === 'smtp') return email.smtp.host
  return email.transport === 'sendgrid' ? (hostOf(email.sendgrid.url)[0] ?? null) : null
}

/** Where text messages go. */
export function smsHost({ notifications: { sms } }: Config): string | null {
  if (sms.transport === 'twilio') return hostOf(sms.twilio.url)[0] ?? null
  return sms.transport === 'http' ? (hostOf(sms.http.url)[0] ?? null) : null
}

/** The host of a URL, alone in a list; an empty one for text that is none (a placeholder stands in the host). */
export function hostOf(url: string): readonly string[] {
  const parsed = URL.parse(url)
  return parsed === null || parsed.hostname === '' ? [] : [parsed.hostname]
}
