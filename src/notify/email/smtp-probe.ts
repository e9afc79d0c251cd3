import { readSmtpFailure, type SmtpFailure, tlsCode } from './smtp-failure.ts'
import { isThisMachine, type SmtpSettings, type SmtpTimeouts, smtpConnectionOptions } from './smtp-options.ts'
import { settle } from './smtp-settle.ts'

type Security = 'implicit' | 'starttls' | 'none'

/** What a mail server says on one port. */
export interface ProbedPort {
  readonly port: number
  readonly answers: boolean
  /** How the connection is secured; null where nothing answers as a mail server. */
  readonly security: Security | null
  /** Whether it takes a login once the connection is secured. */
  readonly offersLogin: boolean
  /** Null without TLS. */
  readonly certificate: { readonly trusted: boolean; readonly code: string | null } | null
  /** What went wrong, as a sentence with the way out; null where nothing did. */
  readonly problem: string | null
}

export interface SmtpSuggestion {
  readonly port: number
  readonly security: Security
}

export interface SmtpProbe {
  readonly ports: readonly ProbedPort[]
  /** Null when no port answers. */
  readonly suggestion: SmtpSuggestion | null
}

/** RFC 8314 (3.3): submission with implicit TLS comes before STARTTLS; 25 is for servers among themselves. */
export const usualPorts = [465, 587, 25] as const

const patience: SmtpTimeouts = {
  dnsTimeout: 3_000,
  connectionTimeout: 3_000,
  greetingTimeout: 5_000,
  socketTimeout: 5_000,
}

/** Asks a mail server on each port how it wants to be talked to. No login, no mail; takes seconds where it is silent. */
export async function probeSmtp(settings: SmtpSettings, ports: readonly number[]): Promise<SmtpProbe> {
  const probed = await Promise.all(ports.map((port) => probePort(settings, port)))
  const [best] = probed
    .flatMap(({ port, security, certificate }, order) =>
      security === null ? [] : [{ port, security, rank: rankOf(security, certificate, settings), order }],
    )
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
  return {
    ports: probed,
    suggestion: best === undefined ? null : { port: best.port, security: best.security },
  }
}

/** TLS that can be trusted, then plain text that stays on this machine, then a certificate that has to be settled. */
function rankOf(
  security: Security,
  certificate: ProbedPort['certificate'],
  { config }: SmtpSettings,
): number {
  if (security === 'none') return isThisMachine(config.host) ? 2 : 4
  if (certificate?.trusted !== true) return 3
  return security === 'implicit' ? 0 : 1
}

async function probePort(settings: SmtpSettings, port: number): Promise<ProbedPort> {
  const first = port === 465 ? 'implicit' : 'auto'
  const found = await withoutTrust(settings, port, first)
  const isUsual = usualPorts.some((usual) => usual === port)
  // A server that waits for TLS says nothing by itself.
  return found.answers || isUsual ? found : await withoutTrust(settings, port, 'implicit')
}

/** A certificate that is not trusted is told apart from a port where nothing works. */
async function withoutTrust(
  settings: SmtpSettings,
  port: number,
  security: 'implicit' | 'auto',
): Promise<ProbedPort> {
  try {
    return await talk(settings, port, security, true)
  } catch (error) {
    const code = tlsCode(asFailure(error))
    const problem = readSmtpFailure(error, settings).detail
    const silent: ProbedPort = {
      ...{ port, answers: false, security: null, offersLogin: false, certificate: null, problem },
    }
    if (code === null || code.startsWith('ERR_SSL')) return silent
    try {
      const seen = await talk(settings, port, security, false)
      return { ...seen, certificate: { trusted: false, code }, problem }
    } catch {
      return silent
    }
  }
}

async function talk(
  settings: SmtpSettings,
  port: number,
  security: 'implicit' | 'auto',
  verifyCertificate: boolean,
): Promise<ProbedPort> {
  const config = { ...settings.config, port, security, verifyCertificate, user: null, password: null }
  const options = await smtpConnectionOptions({ timeouts: patience, ...settings, config })
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const connection = new Connection(options)
  try {
    await settle(connection, (done) => connection.connect(done))
    const { secure, allowsAuth } = connection
    connection.quit()
    return {
      ...{ port, answers: true, offersLogin: allowsAuth, problem: null },
      security: security === 'implicit' ? 'implicit' : secure ? 'starttls' : 'none',
      certificate: secure ? { trusted: verifyCertificate, code: null } : null,
    }
  } finally {
    connection.close()
  }
}

const asFailure = (error: unknown): SmtpFailure => (typeof error === 'object' && error !== null ? error : {})
