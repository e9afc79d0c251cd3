import type { LoadedConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'

/** What a valid configuration makes of Signpost, in a few lines: the answer to "did it take what I wrote?". */
export function summarise({ config, exists, path }: LoadedConfig): readonly string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['Matrix domain', config.matrix.domain],
    ['Public address', config.server.publicUrl ?? `https://${config.matrix.domain}`],
    [
      'Listens on',
      `${address(config.server.listen)} (${tlsInWords(config)}), admin ${address(config.admin.listen)}`,
    ],
    ['Storage', config.storage.type === 'sqlite' ? `SQLite, ${config.storage.path}` : 'PostgreSQL'],
    [
      'Backends',
      config.backends.map(({ id, enabled }) => (enabled ? id : `${id} (off)`)).join(', ') || 'none',
    ],
    ['E-mail', mailInWords(config)],
    ['Text messages', smsInWords(config)],
  ]
  return [
    exists ? `${path} is fine.` : `There is no ${path}: every key has its default.`,
    '',
    ...rows.map(([name, value]) => `  ${`${name}:`.padEnd(16)}${value}`),
    ...remarks(config),
  ]
}

const address = ({ host, port }: { host: string; port: number }) =>
  `${host.includes(':') ? `[${host}]` : host}:${port === 0 ? '(any free port)' : port}`

const tlsInWords = ({ server }: Config) =>
  server.tls.mode === 'proxy' ? 'HTTP, for a reverse proxy' : 'HTTPS with its own certificate'

function mailInWords({ notifications: { email } }: Config): string {
  switch (email.transport) {
    case 'smtp':
      return `through the mail server ${email.smtp.host}`
    case 'sendgrid':
      return 'through SendGrid'
    case 'log':
      return 'not sent; kept in the data directory (notifications.email.transport: log)'
    case 'none':
      return 'off'
  }
}

function smsInWords({ notifications: { sms } }: Config): string {
  switch (sms.transport) {
    case 'twilio':
      return 'through Twilio'
    case 'http':
      return 'through an SMS gateway over HTTP'
    case 'log':
      return 'not sent; kept in the data directory (notifications.sms.transport: log)'
    case 'none':
      return 'off'
  }
}

function remarks({ matrix }: Config): readonly string[] {
  if (matrix.domain !== 'localhost') return []
  return [
    '',
    'Set matrix.domain to the server name of your homeserver before other people use this Signpost.',
  ]
}
