import { readFile } from 'node:fs/promises'
import { BlockList, isIP } from 'node:net'
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'
import type { Config } from '../../config/schema.ts'
import type { SecretSource } from '../../config/types.ts'
import { DeliveryError } from './transport.ts'

export type SmtpConfig = Config['notifications']['email']['smtp']

export interface SmtpSettings {
  readonly config: SmtpConfig
  /** The Matrix domain; the EHLO name when none is configured. */
  readonly domain: string
  readonly readSecret: (source: SecretSource) => Promise<string> | string
  /** Limits in milliseconds, for tests. */
  readonly timeouts?: Partial<SmtpTimeouts>
}

export interface SmtpTimeouts {
  readonly dnsTimeout: number
  readonly connectionTimeout: number
  readonly greetingTimeout: number
  /** Longest silence in any later phase; with the other limits it stays within the lease of an outbox entry. */
  readonly socketTimeout: number
}

const defaultTimeouts: SmtpTimeouts = {
  dnsTimeout: 10_000,
  connectionTimeout: 15_000,
  greetingTimeout: 20_000,
  socketTimeout: 60_000,
}

/** What nodemailer is told, with the CA file and the password read. Throws DeliveryError `configuration`. */
export async function smtpConnectionOptions(settings: SmtpSettings) {
  const { config } = settings
  const port = smtpPort(config)
  const secure = config.security === 'implicit' || (config.security === 'auto' && port === 465)
  const ca = config.caFile === null ? undefined : await readCa(config.caFile)
  return {
    host: config.host,
    port,
    secure,
    requireTLS: requiresStartTls(config, secure),
    ignoreTLS: config.security === 'none',
    name: heloName(settings),
    // Otherwise IPv6 is left out on machines whose only IPv6 address is ::1, where the mail server may well be.
    allowInternalNetworkInterfaces: true,
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(isIP(config.host) === 0 ? { servername: config.host } : {}),
      rejectUnauthorized: config.verifyCertificate,
      minVersion: 'TLSv1.2' as const,
    },
    ...defaultTimeouts,
    ...settings.timeouts,
    logger: false,
    ...(await login(settings)),
  } satisfies SMTPConnectionOptions & { readonly auth?: unknown }
}

/** Empty port: 465 for implicit TLS, 25 for a server on this machine, else the submission port 587. */
export function smtpPort(config: SmtpConfig): number {
  if (config.port !== null) return config.port
  if (config.security === 'implicit') return 465
  return isThisMachine(config.host) ? 25 : 587
}

/**
 * `auto` takes what the server offers, but a password must not leave this machine in clear because somebody on the way
 * took the STARTTLS line out of the greeting (RFC 3207, 6).
 */
function requiresStartTls(config: SmtpConfig, secure: boolean): boolean {
  if (config.security === 'starttls') return true
  return config.security === 'auto' && !secure && config.user !== null && !isThisMachine(config.host)
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

export function isThisMachine(host: string): boolean {
  const family = isIP(host)
  return family === 0
    ? host.toLowerCase() === 'localhost'
    : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

/** Servers turn away clients whose EHLO name is not one; `localhost` says more than a bare machine name would. */
function heloName(settings: SmtpSettings): string {
  return settings.config.heloName ?? settings.domain.replace(/:\d+$/, '')
}

async function login({ config, readSecret }: SmtpSettings) {
  if (config.user === null) return {}
  if (config.password === null) {
    throw configurationError(
      'notifications.email.smtp.password is empty, but smtp.user is set. Enter the password.',
    )
  }
  try {
    return { auth: { user: config.user, pass: await readSecret(config.password) } }
  } catch (cause) {
    throw configurationError('The secret in notifications.email.smtp.password cannot be read.', cause)
  }
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw configurationError(`The file in notifications.email.smtp.caFile cannot be read: ${path}`, cause)
  }
}

/** The operator can repair these while the mail waits, so they are not the end of it. */
export function configurationError(detail: string, cause?: unknown): DeliveryError {
  return new DeliveryError({ permanent: false, code: 'configuration', detail, cause })
}
