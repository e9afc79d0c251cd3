import { afterEach, describe, expect, test } from 'vitest'
import { createEmailTransport } from '../../src/notify/email/create.ts'
import type { EmailTransport } from '../../src/notify/email/transport.ts'
import { createMessages } from '../../src/notify/messages.ts'
import { invitationValues, type TemplateValues, validationValues } from '../../src/notify/templates/values.ts'
import { createOutgoing } from '../support/outgoing.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { createLog, failure, mail, notifications, readSecret } from './support.ts'

/**
 * What must never happen: that whoever names a room, a user or an address writes headers, markup, links or commands
 * into a mail that carries the organisation's name.
 */
const recipient = { medium: 'email', address: 'bob@example.org' } as const
const log = createLog()
const { http } = createOutgoing()
let sink: SmtpSink | null = null

afterEach(async () => {
  await sink?.close()
  sink = null
})

const config = notifications({ email: { from: 'School <matrix@example.org>' } }).email
const messages = createMessages({
  config,
  domain: 'example.org',
  publicUrl: 'https://matrix.example.org',
  log,
})

function invitation(request: Record<string, unknown>): TemplateValues {
  return {
    ...invitationValues({
      ...recipient,
      request: { sender: '@anna:example.org', room_id: '!room:example.org', ...request },
      token: 'invite-token',
      ephemeralPrivateKey: 'seed',
      senderVerified: true,
      webClient: 'https://app.element.io',
      registerUrl: null,
      publicUrl: 'https://matrix.example.org',
    }),
    to: recipient.address,
    from: messages.from,
    messageid: 'mid@example.org',
  }
}

async function smtp(): Promise<{ received: SmtpSink; transport: EmailTransport }> {
  sink = await startSmtpSink()
  const email = notifications({ email: { transport: 'smtp', smtp: { port: sink.port } } }).email
  const deps = { http, domain: 'example.org', dataDir: '/nonexistent', readSecret, log }
  return { received: sink, transport: createEmailTransport(email, deps) }
}

const hostile: readonly (readonly [string, string])[] = [
  ['a header line', 'Choir\r\nBcc: victim@example.net\r\n\r\nbody'],
  ['a bare line feed', 'Choir\nBcc: victim@example.net'],
  ['Unicode line separators', 'Choir\u2028Bcc: victim@example.net\u0085X: y'],
  ['an end of data', 'Choir\r\n.\r\nMAIL FROM:<x@y.z>\r\n'],
  ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['an attribute', '" onmouseover="alert(1)" x=\''],
  ['a script link', 'javascript:alert(document.domain)'],
  ['a data link', 'data:text/html,<script>alert(1)</script>'],
  ['a web link', 'Win now https://evil.example/prize?x=1'],
  ['a bare host', 'evil.example/prize and www.evil.example'],
  ['a direction override', 'abc\u202ednuof\u2066x\u2069\u200f'],
  ['invisible characters', 'a\u200bb\u2060c\ufeffd\u00ade\u{e0041}'],
  ['replacement patterns', "$& $1 $$ $` $' \\ \\1 \\u0000 %s %n"],
  ['template code', '{{ ephemeral_private_key }}{% include "x" %}%ROOM_ID%%(token)s'],
  ['a boundary', '--boundary\r\nContent-Type: text/html\r\n\r\n<b>x</b>'],
  ['a null byte', 'a\0b'],
  ['500 characters', 'x'.repeat(500)],
  ['stacked marks', `a${'\u0301'.repeat(500)}`],
  ['a lone surrogate', 'a\ud800b'],
]
const fields = [
  'room_name',
  'sender_display_name',
  'room_alias',
  'room_type',
  'sender',
  'room_id',
  'room_avatar_url',
  'anything',
]

describe.each(hostile)('%s', (_, value) => {
  test.each(fields)('in %s never gets out of its place in a mail', async (field) => {
    const { received, transport } = await smtp()
    const { subject, html, text } = messages.renderMail('invitation', 'en', invitation({ [field]: value }))
    expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
    expect(Array.from(subject).length).toBeLessThanOrEqual(200)
    await transport.send(mail({ subject, html, text }))
    transport.close()
    expect(received.messages).toHaveLength(1)
    const [got] = received.messages
    expect(got?.to).toEqual(['bob@example.org'])
    expect(got?.parsed.subject).toBe(subject)
    expect(got?.parsed.headers.map(({ key }) => key)).not.toContain('bcc')
    expect(got?.parsed.attachments).toEqual([])

    expect(html).not.toMatch(/<script|<img|<b>|="[^"]*"\s+onmouseover|href="(?!https:)/i)
    for (const part of [subject, text, html]) {
      expect(part).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u2060\ufeff\0]/)
      expect(part).not.toMatch(/https?:\/\/(www\.)?evil|evil\.example|javascript:|data:text/i)
      expect(part).not.toContain('invite-token\r')
    }
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link)
    expect(new Set(links.map((link) => new URL(link ?? '').host))).toEqual(new Set(['app.element.io']))
  })
})

describe('a name', () => {
  const name = (room_name: string) => invitation({ room_name }).room_name

  test('keeps what looks like code or a pattern, as plain text', () => {
    expect(name("$& $1 \\ %s {{ x }} O'Neil & <Co>")).toBe(
      "$& $1 \\ %s {{ x }} O'Neil & <Co>".slice(0, 25).trimEnd() + '…',
    )
  })

  test('of a product with a dot stays readable and is not linked', () => {
    expect(name('Node.js Team')).toBe('Node\u2024js Team')
  })

  test.each([
    ['x'.repeat(30), 'x'.repeat(30)],
    ['x'.repeat(31), `${'x'.repeat(25)}…`],
    ['👩‍👩‍👧'.repeat(10), `${'👩‍👩‍👧'.repeat(5)}…`],
  ])('of a room is cut after 30 characters to 25', (given, kept) => {
    expect(name(given)).toBe(kept)
  })

  test('of a sender is cut after 20 characters to 19', () => {
    const cut = (sender_display_name: string) => invitation({ sender_display_name }).sender_display_name
    expect(cut('x'.repeat(20))).toBe('x'.repeat(20))
    expect(cut('x'.repeat(21))).toBe(`${'x'.repeat(19)}…`)
  })
})

test('An argument of a request cannot speak in the place of Signpost', () => {
  const request = {
    token: 'theirs',
    link: 'https://evil.example',
    domain: 'evil',
    from: 'x@y',
    to: 'x@y',
    REGISTER_URL: 'https://evil.example',
    register_url: 'https://evil.example',
    room_kind: 'space',
    __proto__: 'x',
  }
  const { subject, html, text } = messages.renderMail('invitation', 'en', invitation(request))
  expect(`${subject}${html}${text}`).not.toContain('evil')
})

test.each([
  'javascript:alert(1)',
  'https://user:pw@evil.example',
  'data:text/html,x',
  'https://evil .example',
  'file:///etc/passwd',
])('The web client %j is not taken from a request', (location) => {
  expect(invitation({ 'org.matrix.web_client_location': location }).web_client_location).toBe(
    'https://app.element.io',
  )
})

test('A validation link that is not http(s) is left out', () => {
  expect(validationValues({ ...recipient, link: 'javascript:alert(1)', token: '1', ip: '' }).link).toBe('')
})

test.each([
  [{ to: 'bob@example.org\r\nBcc: x@y.z' }],
  [{ to: 'bob@example.org, eve@example.org' }],
  [{ to: 'Bob <bob@example.org>' }],
  [{ to: 'bob' }],
  [{ from: 'a@b.c\nX: y' }],
  [{ subject: 'a\r\nBcc: x@y.z' }],
  [{ messageId: 'a@b>\r\nX: y' }],
  [{ headers: { 'X-A': 'a\nB: c' } }],
])('A mail with %j is refused before anything is sent', async (change) => {
  const { received, transport } = await smtp()
  expect(await failure(transport.send(mail(change)))).toMatchObject({
    permanent: true,
    code: 'message-refused',
  })
  transport.close()
  expect(received.connections).toBe(0)
})
