import type { AddressInfo, Socket } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import { eventually } from './poll.ts'

/** One mail as the sink took it. */
export interface ReceivedMail {
  /** Envelope sender and recipients. */
  readonly from: string
  readonly to: readonly string[]
  /** The name the client gave in EHLO. */
  readonly helo: string
  readonly secure: boolean
  readonly user: string | undefined
  readonly smtputf8: boolean
  readonly raw: Buffer
  readonly parsed: Email
}

export interface SmtpSinkOptions {
  /** Default `none`: no TLS, and STARTTLS is not offered. */
  readonly tls?: 'implicit' | 'starttls' | 'none'
  /** Key and certificate for TLS; without, the server library's own self-signed one. */
  readonly certificate?: { readonly key: string; readonly cert: string }
  /** The login to insist on. */
  readonly auth?: { readonly user: string; readonly password: string }
  /** Mechanisms to offer for it; default all that the library has. */
  readonly methods?: readonly string[]
  /** Answers RCPT for which this returns a text with 550 and the text. */
  readonly rejectRcpt?: (address: string) => string | null
  /** How many RCPT commands are answered with 451 (greylisting) before one is accepted. */
  readonly temporaryFailures?: number
  /** How many times the connection is reset after the whole mail came, before the answer. */
  readonly resetAfterData?: number
  /** Runs when the whole mail came, before it is acknowledged. */
  readonly beforeAnswer?: (mail: ReceivedMail) => Promise<void> | void
  /** Never answers anything, not even the greeting. */
  readonly silent?: boolean
  readonly host?: string
  readonly hideSmtpUtf8?: boolean
}

export interface SmtpSink {
  readonly port: number
  /** Mails that were accepted, and those after which the connection was reset. */
  readonly messages: readonly ReceivedMail[]
  /** Connections so far. */
  readonly connections: number
  waitFor(predicate: (mail: ReceivedMail) => boolean, timeoutMs?: number): Promise<ReceivedMail>
  close(): Promise<void>
}

/** A real SMTP server on loopback that keeps what it is given. */
export async function startSmtpSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const messages: ReceivedMail[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let greylisted = options.temporaryFailures ?? 0
  let resets = options.resetAfterData ?? 0
  const tls = options.tls ?? 'none'

  async function keep(stream: AsyncIterable<Buffer>, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const raw = Buffer.concat(chunks)
    const { mailFrom, rcptTo } = session.envelope
    const mail = {
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
      helo: session.hostNameAppearsAs || '',
      secure: session.secure,
      user: session.user,
      smtputf8: mailFrom !== false && typeof mailFrom.args === 'object' && 'SMTPUTF8' in mailFrom.args,
      raw,
      parsed: await PostalMime.parse(raw),
    }
    messages.push(mail)
    await options.beforeAnswer?.(mail)
  }

  const behaviour: SMTPServerOptions = {
    secure: tls === 'implicit',
    ...options.certificate,
    authOptional: options.auth === undefined,
    ...(options.methods === undefined ? {} : { authMethods: [...options.methods] }),
    // A login over a plain connection is the client's decision; the tests watch it.
    allowInsecureAuth: true,
    hideSTARTTLS: tls !== 'starttls',
    disabledCommands: [
      ...(tls === 'starttls' ? [] : ['STARTTLS']),
      ...(options.auth === undefined ? ['AUTH'] : []),
    ],
    hideSMTPUTF8: options.hideSmtpUtf8 ?? false,
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth(auth, _session, done) {
      const ok = auth.username === options.auth?.user && auth.password === options.auth?.password
      done(
        ok ? null : reply(535, '5.7.8 authentication failed'),
        ok ? { user: auth.username ?? '' } : undefined,
      )
    },
    onRcptTo(address, _session, done) {
      const refusal = options.rejectRcpt?.(address.address) ?? null
      if (refusal !== null) return done(reply(550, refusal))
      if (greylisted > 0) {
        greylisted -= 1
        return done(reply(451, '4.7.1 greylisted, try again later'))
      }
      done()
    },
    onData(stream, session, done) {
      void keep(stream, session).then(() => {
        if (resets === 0) return done()
        resets -= 1
        for (const socket of sockets) socket.resetAndDestroy()
      }, done)
    },
  }
  const server = new SMTPServer(behaviour)
  server.on('error', () => undefined)
  // Under TLS the encrypted socket is the one to hold: tearing its plain one away crashes Node.
  server.server.on(tls === 'implicit' ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections += 1
    if (options.silent === true) socket.pause()
    sockets.add(socket.once('close', () => sockets.delete(socket)))
  })
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(0, options.host ?? '127.0.0.1', resolve)
  })

  return {
    port: (server.server.address() as AddressInfo).port,
    messages,
    get connections() {
      return connections
    },
    waitFor: (predicate, timeoutMs = 10_000) =>
      eventually(() => messages.find(predicate), { what: 'a mail at the SMTP sink', timeoutMs }),
    close() {
      if (tls === 'none') for (const socket of sockets) socket.destroy()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
