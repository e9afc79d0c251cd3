import { readSmtpFailure } from './smtp-failure.ts'
import { type SmtpSettings, type SmtpTimeouts, smtpConnectionOptions } from './smtp-options.ts'
import { settle } from './smtp-settle.ts'
import { toMessage } from './smtp.ts'
import { assertSafeMail, type DeliveryError, type Mail } from './transport.ts'

/** One line of a talk with a mail server. */
export interface DialogueLine {
  readonly from: 'us' | 'server'
  readonly line: string
}

export interface SmtpTrial {
  /** Without credentials and without the message itself. */
  readonly dialogue: readonly DialogueLine[]
  /** Null when the mail server has taken the message. */
  readonly failure: DeliveryError | null
}

/** Shorter than in operation: somebody waits in front of a screen. */
const patience: SmtpTimeouts = {
  dnsTimeout: 4_000,
  connectionTimeout: 5_000,
  greetingTimeout: 8_000,
  socketTimeout: 15_000,
}
const WHOLE_TRIAL_MS = 60_000

/** Sends one mail over a connection of its own, and tells what was said. Never throws for what the server does. */
export async function trySmtp(settings: SmtpSettings, mail: Mail): Promise<SmtpTrial> {
  const dialogue: DialogueLine[] = []
  let close = () => {}
  const limit = setTimeout(() => close(), WHOLE_TRIAL_MS)
  try {
    assertSafeMail(mail)
    const { auth, ...options } = await smtpConnectionOptions({ timeouts: patience, ...settings })
    const [{ default: Connection }, { default: MailComposer }] = await Promise.all([
      import('nodemailer/lib/smtp-connection'),
      import('nodemailer/lib/mail-composer'),
    ])
    const { from, to, envelope, ...message } = toMessage(mail)
    const source = await new MailComposer({ ...message, from, to, newline: 'windows' }).compile().build()
    const connection = new Connection({ ...options, transactionLog: true, logger: recorder(dialogue) })
    close = () => connection.close()
    await settle(connection, (done) => connection.connect(done))
    if (auth !== undefined) {
      await settle(connection, (done) => connection.login({ credentials: auth }, done))
    }
    await settle(connection, (done) => connection.send(envelope, source, done))
    connection.quit()
    return { dialogue, failure: null }
  } catch (error) {
    return { dialogue, failure: readSmtpFailure(error, settings) }
  } finally {
    clearTimeout(limit)
    close()
  }
}

/** The lines that the library logs (`transactionLog`); a logger is what it wants for that. */
function recorder(dialogue: DialogueLine[]) {
  let nextIsSecret = false
  function hear(entry: unknown, text: unknown): void {
    const from = speakers[tellsWho(entry) ?? '']
    if (from === undefined || typeof text !== 'string') return
    for (const line of text.split(/\r?\n/).filter((part) => part !== '')) {
      dialogue.push({ from, line: from === 'us' ? withoutCredentials(line, nextIsSecret) : line })
    }
    // RFC 4954 (4): 334 asks for the next part of the credentials.
    nextIsSecret = from === 'server' && text.startsWith('334')
  }
  return { level() {}, trace: hear, debug: hear, info: hear, warn() {}, error() {}, fatal() {} }
}

const speakers: Readonly<Record<string, DialogueLine['from']>> = { client: 'us', server: 'server' }

function tellsWho(entry: unknown): string | null {
  return typeof entry === 'object' && entry !== null && 'tnx' in entry ? String(entry.tnx) : null
}

function withoutCredentials(line: string, isSecret: boolean): string {
  return isSecret ? '***' : line.replace(/^(AUTH \S+) .+$/i, '$1 ***')
}
