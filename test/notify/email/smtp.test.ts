import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createSmtpTransport } from '../../../src/notify/email/smtp.ts'
import { smtpConnectionOptions, smtpPort } from '../../../src/notify/email/smtp-options.ts'
import type { EmailTransport } from '../../../src/notify/email/transport.ts'
import { type Authority, type Certificate, createAuthority } from '../../support/certificate-authority.ts'
import { type SmtpSink, type SmtpSinkOptions, startSmtpSink } from '../../support/smtp-sink.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createLog, failure, mail, notifications, readSecret } from '../support.ts'

let authority: Authority
let certificate: Certificate
let foreignCertificate: Certificate
const cleanUp: (() => Promise<void> | void)[] = []

beforeAll(async () => {
  authority = await createAuthority(await createTempDir('smtp-ca'))
  certificate = await authority.issue(['localhost', '127.0.0.1'])
  foreignCertificate = await authority.issue(['mail.elsewhere.example'])
})

afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

async function sink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const started = await startSmtpSink(options)
  cleanUp.push(() => started.close())
  return started
}

function transport(port: number, smtp: object = {}): EmailTransport {
  const { config, domain } = { config: smtpConfig({ port, ...smtp }), domain: 'example.org' }
  const timeouts = { connectionTimeout: 2_000, greetingTimeout: 1_000, socketTimeout: 3_000 }
  const created = createSmtpTransport({ config, domain, readSecret, timeouts }, createLog())
  cleanUp.push(() => created.close())
  return created
}

function smtpConfig(smtp: object) {
  return notifications({ email: { transport: 'smtp', smtp } }).email.smtp
}

describe('a mail over SMTP', () => {
  test('arrives with its subject, both bodies, its addresses and its Message-ID', async () => {
    const { port, messages } = await sink()
    await transport(port).send(mail({ headers: { 'Auto-Submitted': 'auto-generated' } }))
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatchObject({
      from: 'matrix@example.org',
      to: ['bob@example.org'],
      helo: 'example.org',
    })
    expect(messages[0]?.parsed).toMatchObject({
      subject: 'Grüße aus Köln',
      from: { name: 'Example School', address: 'matrix@example.org' },
      to: [{ address: 'bob@example.org' }],
      messageId: '<abc123@example.org>',
    })
    expect(messages[0]?.parsed.text).toContain('Hello')
    expect(messages[0]?.parsed.html).toContain('<p>Hello</p>')
    expect(messages[0]?.parsed.headers).toContainEqual(expect.objectContaining({ key: 'auto-submitted' }))
  })

  test('has no bare line feed and no unencoded 8-bit header', async () => {
    const { port, messages } = await sink()
    await transport(port).send(mail({ text: 'ä\nb\r\nc\n.\n..d\n' }))
    const raw = messages[0]?.raw.toString('latin1') ?? ''
    expect(raw).not.toMatch(/[^\r]\n/)
    const head = raw.slice(0, raw.indexOf('\r\n\r\n'))
    expect([...head].every((character) => character.charCodeAt(0) < 128)).toBe(true)
    expect(messages[0]?.parsed.text).toMatch(/ä\nb\nc\n\.\n\.\.d/)
  })

  test('carries the same Message-ID when it is sent again', async () => {
    const { port, messages } = await sink({ temporaryFailures: 1 })
    const sender = transport(port)
    await failure(sender.send(mail()))
    await sender.send(mail())
    await sender.send(mail())
    expect(messages.map(({ parsed }) => parsed.messageId)).toEqual(Array(2).fill('<abc123@example.org>'))
  })

  test('uses one connection for mails sent one after the other', async () => {
    const started = await sink()
    const sender = transport(started.port)
    for (const messageId of ['1@a.b', '2@a.b', '3@a.b']) await sender.send(mail({ messageId }))
    expect(started.messages).toHaveLength(3)
    expect(started.connections).toBe(1)
  })

  test('is delivered by a transport that is closed meanwhile', async () => {
    const arrived = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    const { port, messages } = await sink({
      beforeAnswer: async () => {
        arrived.resolve()
        await closed.promise
      },
    })
    const sender = transport(port)
    const sent = sender.send(mail())
    await arrived.promise
    sender.close()
    closed.resolve()
    await sent
    expect(messages).toHaveLength(1)
  })

  test('reaches an internationalised domain in its ASCII form', async () => {
    const { port, messages } = await sink({ hideSmtpUtf8: true })
    await transport(port).send(mail({ to: 'bob@bücher.example' }))
    // The sink shows the envelope in Unicode; the header is as it was sent.
    expect(messages[0]).toMatchObject({ to: ['bob@bücher.example'], smtputf8: false })
    expect(messages[0]?.raw.toString('latin1')).toContain('bob@xn--bcher-kva.example')
  })

  test('asks for SMTPUTF8 when the local part is not ASCII', async () => {
    const { port, messages } = await sink()
    await transport(port).send(mail({ to: 'jürgen@example.org' }))
    expect(messages[0]).toMatchObject({ to: ['jürgen@example.org'], smtputf8: true })
  })

  test('reaches a server at an IPv6 address', async () => {
    const { port, messages } = await sink({ host: '::1' })
    await transport(port, { host: '::1' }).send(mail())
    expect(messages).toHaveLength(1)
  })

  test('introduces itself with the configured name', async () => {
    const { port, messages } = await sink()
    await transport(port, { heloName: 'signpost.example.org' }).send(mail())
    expect(messages[0]?.helo).toBe('signpost.example.org')
  })
})

describe('TLS', () => {
  const withCa = () => ({ caFile: authority.caFile })

  test.each(['implicit', 'starttls'] as const)('%s works with a private authority', async (tls) => {
    const { port, messages } = await sink({ tls, certificate })
    await transport(port, { security: tls, ...withCa() }).send(mail())
    expect(messages[0]?.secure).toBe(true)
  })

  test('is taken by auto where STARTTLS is offered', async () => {
    const { port, messages } = await sink({ tls: 'starttls', certificate })
    await transport(port, withCa()).send(mail())
    expect(messages[0]?.secure).toBe(true)
  })

  test('that is required is not given up when the server has none', async () => {
    const { port, messages } = await sink({ tls: 'none' })
    const error = await failure(transport(port, { security: 'starttls' }).send(mail()))
    expect(error).toMatchObject({ permanent: false, code: 'smtp-tls' })
    expect(messages).toHaveLength(0)
  })

  test.each(['implicit', 'starttls', 'auto'] as const)(
    'with a certificate nobody vouches for is refused (%s)',
    async (security) => {
      const { port, messages } = await sink({
        tls: security === 'implicit' ? 'implicit' : 'starttls',
        certificate,
      })
      const error = await failure(transport(port, { security }).send(mail()))
      expect(error).toMatchObject({ permanent: false, code: 'smtp-tls' })
      expect(error.detail).toContain('smtp.caFile')
      expect(messages).toHaveLength(0)
    },
  )

  test.each(['implicit', 'starttls'] as const)('for another name is refused (%s)', async (tls) => {
    const { port, messages } = await sink({ tls, certificate: foreignCertificate })
    const error = await failure(
      transport(port, { security: tls, host: 'localhost', ...withCa() }).send(mail()),
    )
    expect(error.code).toBe('smtp-tls')
    expect(error.detail).toContain('another name')
    expect(messages).toHaveLength(0)
  })

  test('is not verified when the operator says so', async () => {
    const { port, messages } = await sink({ tls: 'implicit', certificate: foreignCertificate })
    await transport(port, { security: 'implicit', verifyCertificate: false }).send(mail())
    expect(messages).toHaveLength(1)
  })

  test('is left out with security none, even where it is offered', async () => {
    const { port, messages } = await sink({ tls: 'starttls', certificate })
    await transport(port, { security: 'none' }).send(mail())
    expect(messages[0]?.secure).toBe(false)
  })

  test('is required by auto before a password leaves this machine', async () => {
    const settings = { domain: 'example.org', readSecret }
    const options = (smtp: object) => smtpConnectionOptions({ ...settings, config: smtpConfig(smtp) })
    const login = { user: 'u', password: 'p' }
    expect((await options({ host: 'mail.example.org', ...login })).requireTLS).toBe(true)
    expect((await options({ host: '127.0.0.1', ...login })).requireTLS).toBe(false)
    expect((await options({ host: 'mail.example.org' })).requireTLS).toBe(false)
  })
})

describe('a login', () => {
  const auth = { user: 'signpost', password: 'right' }

  test('is accepted with the right password', async () => {
    const { port, messages } = await sink({ auth })
    await transport(port, auth).send(mail())
    expect(messages[0]?.user).toBe('signpost')
  })

  test('with the wrong password leaves the mail waiting and tells no secret', async () => {
    const { port, messages } = await sink({ auth })
    const error = await failure(transport(port, { user: 'signpost', password: 'wrong-pw' }).send(mail()))
    expect(error).toMatchObject({ permanent: false, code: 'smtp-login' })
    expect(`${error.message} ${error.detail}`).not.toContain('wrong-pw')
    expect(messages).toHaveLength(0)
  })

  test('without a password is a configuration fault that names the key', async () => {
    const error = await failure(transport(1, { user: 'signpost' }).send(mail()))
    expect(error).toMatchObject({ permanent: false, code: 'configuration' })
    expect(error.detail).toContain('notifications.email.smtp.password')
  })
})

describe('a refusal', () => {
  test('with 451 at RCPT is worth another attempt', async () => {
    const { port, messages } = await sink({ temporaryFailures: 1 })
    const sender = transport(port)
    expect(await failure(sender.send(mail()))).toMatchObject({ permanent: false, code: 'smtp-rejected' })
    await sender.send(mail())
    expect(messages).toHaveLength(1)
  })

  test('with 550 at RCPT is final, and the address in the answer is masked', async () => {
    const { port } = await sink({ rejectRcpt: (address) => `5.1.1 <${address}> unknown` })
    const error = await failure(transport(port).send(mail()))
    expect(error).toMatchObject({ permanent: true, code: 'smtp-rejected' })
    expect(error.message).toContain('550')
    expect(error.message).not.toContain('bob@')
  })

  test('by a reset after DATA is one attempt, not several hidden ones', async () => {
    const { port, messages } = await sink({ resetAfterData: 1 })
    const error = await failure(transport(port).send(mail()))
    expect(error).toMatchObject({ permanent: false, code: 'smtp-connection' })
    expect(messages).toHaveLength(1)
  })

  test('of the connection is worth another attempt', async () => {
    const gone = await startSmtpSink()
    await gone.close()
    expect(await failure(transport(gone.port).send(mail()))).toMatchObject({
      permanent: false,
      code: 'smtp-connection',
    })
  })

  test('by an unreadable CA file names the key', async () => {
    const error = await failure(transport(1, { caFile: '/does/not/exist.pem' }).send(mail()))
    expect(error.code).toBe('configuration')
    expect(error.detail).toContain('notifications.email.smtp.caFile')
  })
})

describe('trying the mail server out', () => {
  const verify = (port: number, smtp: object = {}) => transport(port, smtp).verify?.()

  test('passes every step up to the login and sends nothing', async () => {
    const auth = { user: 'signpost', password: 'right' }
    const { port, messages } = await sink({ auth, tls: 'starttls', certificate })
    const steps = await verify(port, { ...auth, caFile: authority.caFile })
    expect(steps?.map(({ step, ok }) => [step, ok])).toEqual([
      ['configuration', true],
      ['connect', true],
      ['tls', true],
      ['login', true],
    ])
    expect(messages).toHaveLength(0)
  })

  test('ends with the step that fails', async () => {
    const auth = { user: 'signpost', password: 'right' }
    const last = async (started: SmtpSink, smtp: object) => (await verify(started.port, smtp))?.at(-1)
    expect(await last(await sink({ auth }), { ...auth, password: 'no' })).toMatchObject({
      step: 'login',
      ok: false,
    })
    expect(await last(await sink({ tls: 'implicit', certificate }), { security: 'implicit' })).toMatchObject({
      step: 'tls',
      ok: false,
    })
    const gone = await startSmtpSink()
    await gone.close()
    expect(await last(gone, {})).toMatchObject({ step: 'connect', ok: false })
    expect((await verify(1, { caFile: '/nowhere' }))?.at(-1)).toMatchObject({
      step: 'configuration',
      ok: false,
    })
  })
})

describe('an empty port', () => {
  test.each([
    [{ security: 'implicit' }, 465],
    [{ host: 'mail.example.org' }, 587],
    [{ host: 'mail.example.org', security: 'starttls' }, 587],
    [{ host: '127.0.0.1' }, 25],
    [{ host: '::1' }, 25],
    [{ host: 'localhost' }, 25],
    [{ host: 'localhost', port: 2525 }, 2525],
  ])('with %j means %i', (smtp, port) => {
    expect(smtpPort(smtpConfig(smtp))).toBe(port)
  })
})
