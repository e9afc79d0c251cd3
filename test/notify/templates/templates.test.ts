import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  createMessages,
  mailKinds,
  type Messages,
  pageKinds,
  smsKinds,
} from '../../../src/notify/messages.ts'
import { languageChain } from '../../../src/notify/templates/language.ts'
import {
  bindValues,
  type InvitationFacts,
  invitationValues,
  type TemplateValues,
  unbindValues,
  validationValues,
} from '../../../src/notify/templates/values.ts'
import { manualClock } from '../../support/outgoing.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createLog, notifications } from '../support.ts'

const recipient = { medium: 'email', address: 'bob+x@example.org' } as const
const link = 'https://matrix.example.org/submit?token=1&sid=2'
const sent = { to: recipient.address, from: 'School <matrix@example.org>', messageid: 'mid@example.org' }

const validation = {
  ...validationValues({ ...recipient, link, token: '482913', ip: '192.0.2.7', hours: 24 }),
  ...sent,
}

function invitation(
  request: Record<string, unknown> = {},
  change: Partial<InvitationFacts> = {},
): TemplateValues {
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
      ...change,
    }),
    ...sent,
  }
}

/** Messages with templates of one's own: path below the folder to content. */
async function messages(
  files: Record<string, string> = {},
  email: object = {},
): Promise<Messages & { log: ReturnType<typeof createLog> }> {
  const folder = await createTempDir('templates')
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const log = createLog()
  const config = notifications({ email: { templates: folder, from: sent.from, ...email } }).email
  const made = createMessages({
    config,
    domain: 'example.org',
    publicUrl: 'https://matrix.example.org',
    clock: manualClock(),
    log,
  })
  return { ...made, log }
}

const fullRequest = {
  room_alias: '#choir:example.org',
  room_avatar_url: 'mxc://example.org/room',
  room_join_rules: 'invite',
  room_name: 'Choir',
  room_type: 'm.space',
  sender_display_name: 'Anna',
  sender_avatar_url: 'mxc://example.org/anna',
  guest_user_id: '@guest:example.org',
  guest_access_token: 'guest-token',
  campaign: 'autumn',
}
const invite = invitation(fullRequest)

describe('a placeholder', () => {
  const mxisd: readonly (readonly [string, 'validation' | 'invitation', string])[] = [
    ['DOMAIN', 'validation', 'example.org'],
    ['DOMAIN_PRETTY', 'validation', 'Example.org'],
    ['FROM_EMAIL', 'validation', 'matrix@example.org'],
    ['FROM_NAME', 'validation', 'School'],
    ['RECIPIENT_MEDIUM', 'validation', 'email'],
    ['RECIPIENT_MEDIUM_URL_ENCODED', 'validation', 'email'],
    ['RECIPIENT_ADDRESS', 'invitation', 'bob+x@example.org'],
    ['RECIPIENT_ADDRESS_URL_ENCODED', 'invitation', 'bob%2Bx%40example.org'],
    ['RECIPIENT_ID', 'invitation', ''],
    ['VALIDATION_LINK', 'validation', link],
    ['VALIDATION_TOKEN', 'validation', '482913'],
    ['NEXT_URL', 'validation', link],
    ['SENDER_ID', 'invitation', '@anna:example.org'],
    ['SENDER_NAME', 'invitation', 'Anna'],
    ['SENDER_NAME_OR_ID', 'invitation', 'Anna'],
    ['INVITE_MEDIUM', 'invitation', 'email'],
    ['INVITE_MEDIUM_URL_ENCODED', 'invitation', 'email'],
    ['INVITE_ADDRESS', 'invitation', 'bob+x@example.org'],
    ['INVITE_ADDRESS_URL_ENCODED', 'invitation', 'bob%2Bx%40example.org'],
    ['ROOM_ID', 'invitation', '!room:example.org'],
    ['ROOM_NAME', 'invitation', 'Choir'],
    ['ROOM_NAME_OR_ID', 'invitation', 'Choir'],
    ['REGISTER_URL', 'invitation', 'https://example.org'],
  ]
  const sydent: readonly (readonly [string, 'validation' | 'invitation', string])[] = [
    ['messageid', 'validation', 'mid@example.org'],
    ['date', 'validation', 'Thu, 01 Jan 2026 00:00:00 +0000'],
    ['to', 'validation', 'bob+x@example.org'],
    ['from', 'validation', 'School <matrix@example.org>'],
    ['ipaddress', 'validation', '192.0.2.7'],
    ['link', 'validation', link],
    ['token', 'validation', '482913'],
    ['medium', 'invitation', 'email'],
    ['address', 'invitation', 'bob+x@example.org'],
    ['room_id', 'invitation', '!room:example.org'],
    ['sender', 'invitation', '@anna:example.org'],
    ['room_alias', 'invitation', '#choir:example.org'],
    ['room_avatar_url', 'invitation', 'mxc://example.org/room'],
    ['room_join_rules', 'invitation', 'invite'],
    ['room_name', 'invitation', 'Choir'],
    ['room_type', 'invitation', 'm.space'],
    ['sender_display_name', 'invitation', 'Anna'],
    ['sender_avatar_url', 'invitation', 'mxc://example.org/anna'],
    ['guest_user_id', 'invitation', '@guest:example.org'],
    ['guest_access_token', 'invitation', 'guest-token'],
    ['campaign', 'invitation', 'autumn'],
    ['ephemeral_private_key', 'invitation', 'seed'],
    ['bracketed_room_name', 'invitation', '(Choir) '],
    ['bracketed_verified_sender', 'invitation', '(@anna:example.org) '],
    ['web_client_location', 'invitation', 'https://app.element.io'],
    ['org.matrix.web_client_location', 'invitation', 'https://app.element.io'],
    ['subject_header_value', 'invitation', 'Anna invites you to the space “Choir”'],
  ]

  async function render(source: string, kind: 'validation' | 'invitation'): Promise<string> {
    const made = await messages({ [`en/${kind}.txt`]: source })
    const { text } = made.renderMail(kind, 'en', kind === 'validation' ? validation : invite)
    expect(made.log.lines).toEqual([])
    return text
  }

  test.each(mxisd)('%%%s%% of mxisd stands in the %s as %j', async (name, kind, value) => {
    expect(await render(`[%${name}%]`, kind)).toBe(`[${value}]\n`)
    expect(await render(`[{{ ${name} }}]`, kind)).toBe(`[${value}]\n`)
  })

  test.each(sydent)('%%(%s)s of Sydent stands in the %s as %j', async (name, kind, value) => {
    expect(await render(`[%(${name})s]`, kind)).toBe(`[${value}]\n`)
    expect(await render(`[%(${name}_forurl)s]`, kind)).toBe(
      `[${encodeURIComponent(value)
        .replaceAll('%2F', '/')
        .replace(/[()!]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}]\n`,
    )
  })

  test('multipart_boundary is 32 characters that differ from mail to mail', async () => {
    expect(await render('%(multipart_boundary)s', 'validation')).toMatch(/^[0-9a-z]{32}\n$/)
  })

  test('of the operator replaces a general one and is known in every notation', async () => {
    const made = await messages(
      { 'en/validation.txt': '%REGISTER_URL% %SLOGAN% {{ SLOGAN }} %UNKNOWN% %C3%BC' },
      { placeholders: { REGISTER_URL: 'https://join.example.org', SLOGAN: 'Hi & there' } },
    )
    expect(made.renderMail('validation', 'en', validation).text).toBe(
      'https://join.example.org Hi & there Hi & there %UNKNOWN% %C3%BC\n',
    )
  })

  test('without a value is empty', async () => {
    expect(await render('[{{ nothing }}%(nothing)s%ROOM_NAME%]', 'validation')).toBe('[]\n')
  })

  test('of the mail about an association names the Matrix ID', async () => {
    const made = await messages()
    const facts = { ...recipient, userId: '@bob:example.org' }
    for (const [kind, values] of [
      ['unbind-notice', unbindValues(facts)],
      ['bind-notice', bindValues(facts)],
    ] as const) {
      const { html, text, subject } = made.renderMail(kind, 'en', { ...values, ...sent })
      for (const part of [html, text, subject]) expect(part).toContain('@bob:example.org')
    }
  })
})

describe('a template in a foreign notation', () => {
  test('of Sydent may use Jinja filters, conditions, comments and defaults', async () => {
    const source =
      '{# a\ncomment #}{% if room_type == "m.space" %}space{% elif not room_name %}none{% else %}room{% endif %} ' +
      '{{ room_name|urlencode }} {{ nothing|default("x, y") }} {{ room_name|upper }} {% set a = "v" %}{{ a }} {{ room_name|safe }}'
    const made = await messages({ 'en/invitation.txt': source })
    expect(made.renderMail('invitation', 'en', invitation({ ...fullRequest, room_name: 'A&B' })).text).toBe(
      'space A%26B x, y A&B v A&B\n',
    )
    expect(made.log.lines).toEqual([])
  })

  test('is escaped once in HTML, whatever notation and filter it uses', async () => {
    const source =
      '%ROOM_NAME%|%(room_name)s|%(room_name_forhtml)s|{{ room_name }}|{{ room_name|e }}|{{ room_name|safe }}'
    const made = await messages({ 'en/invitation.html': source })
    const { html } = made.renderMail('invitation', 'en', invitation({ room_name: 'a<b>&' }))
    expect(html).toBe(Array(6).fill('a&lt;b&gt;&amp;').join('|'))
  })

  test('in text is not escaped, except where it asks for it', async () => {
    const made = await messages({ 'en/invitation.txt': '%(room_name)s|%(room_name_forhtml)s' })
    expect(made.renderMail('invitation', 'en', invitation({ room_name: 'a<b>&' })).text).toBe(
      'a<b>&|a&lt;b&gt;&amp;\n',
    )
  })

  test('keeps doubled percent signs unless it is a Python format string', async () => {
    const made = await messages({
      'en/validation.html': '100%% %(token)s',
      'en/validation.txt': '100%% {{ token }}',
    })
    const { html, text } = made.renderMail('validation', 'en', validation)
    expect([html, text]).toEqual(['100% 482913', '100%% 482913\n'])
  })
})

describe("the operator's folder", () => {
  test('can replace the frame of every mail alone', async () => {
    const made = await messages({ 'shared/mail-layout.html': '<b>Ours</b>{% block content %}{% endblock %}' })
    const { html } = made.renderMail('validation', 'en', validation)
    expect(html).toMatch(/^<b>Ours<\/b>/)
    expect(html).toContain('482913')
  })

  test('is read anew each time', async () => {
    const folder = await createTempDir('templates')
    const config = notifications({ email: { templates: folder } }).email
    const made = createMessages({ config, domain: 'example.org', publicUrl: 'https://x', log: createLog() })
    expect(made.renderSms('validation', 'en', validation)).toContain('is your code')
    await mkdir(join(folder, 'en'))
    await writeFile(join(folder, 'en', 'sms-validation.txt'), 'first {{ token }}')
    expect(made.renderSms('validation', 'en', validation)).toBe('first 482913')
    await writeFile(join(folder, 'en', 'sms-validation.txt'), 'second {{ token }}')
    expect(made.renderSms('validation', 'en', validation)).toBe('second 482913')
  })

  test.each([
    ['an unclosed tag', 'line one\nline two\n{% if token %}'],
    ['an unknown filter', 'line one\nline two\n{{ token | explode }}'],
    ['an unknown tag', 'line one\nline two\n{% explode %}'],
    ['a missing part', 'line one\nline two\n{% include "missing.txt" %}'],
  ])('with %s is replaced by the built-in template, and the log names file and line', async (_, source) => {
    const made = await messages({ 'en/validation.txt': source })
    expect(made.renderMail('validation', 'en', validation).text).toContain('Is this your address?')
    expect(made.log.lines).toHaveLength(1)
    expect(made.log.lines[0]).toMatchObject({
      level: 'error',
      fields: { file: expect.stringMatching(/en\/validation\.txt$/), line: 3 },
    })
  })

  test('cannot be left by an include', async () => {
    const made = await messages({ 'en/validation.txt': '{% include "../../../../../../../../etc/passwd" %}' })
    expect(made.renderMail('validation', 'en', validation).text).not.toContain('root:')
    expect(made.log.lines).toHaveLength(1)
  })
})

describe('the language', () => {
  const available = new Set(['en', 'de', 'pt-BR'])

  test.each([
    ['de', ['de', 'fr', 'en']],
    ['de-AT', ['de', 'fr', 'en']],
    ['de-AT-1996;q=0.5, pt-BR', ['pt-BR', 'de', 'fr', 'en']],
    ['pt_BR', ['pt-BR', 'fr', 'en']],
    ['nl, *;q=0.1', ['fr', 'en']],
    ['de;q=0', ['fr', 'en']],
    ['../../etc', ['fr', 'en']],
    ['', ['fr', 'en']],
  ])('wanted as %j is tried in the order %j', (wanted, chain) => {
    expect(languageChain(wanted, 'fr', new Set([...available, 'fr']))).toEqual(chain)
  })

  test('falls back from a regional form to the general one, the configured one and English', async () => {
    const made = await messages({ 'fr/sms-validation.txt': 'Voici {{ token }}' }, { language: 'fr' })
    expect(made.renderSms('validation', 'de-CH', validation)).toContain('ist Ihr Code')
    expect(made.renderSms('validation', 'nl', validation)).toBe('Voici 482913')
    expect(made.renderSms('validation', null, validation)).toBe('Voici 482913')
    expect(made.renderMail('validation', 'fr', validation).subject).toBe(
      'Confirm your e-mail address for example.org',
    )
  })

  test('German mails are German in every part', async () => {
    const made = await messages()
    const { subject, html, text } = made.renderMail('invitation', 'de', invite)
    expect(subject).toBe('Anna lädt Sie in den Space „Choir“ ein')
    expect(html).toContain('<html lang="de">')
    expect(html).toContain('Einladung öffnen')
    expect(text).toContain('Einladung öffnen')
    expect(made.renderMail('validation', 'de', { ...validation, ipaddress: '' }).text).toContain(
      'von einem unbekannten Ort',
    )
  })
})

describe('every message', () => {
  const values: Record<string, TemplateValues> = {
    validation,
    invitation: invite,
    'unbind-notice': { ...unbindValues({ ...recipient, userId: '@b:c.d' }), ...sent },
    'bind-notice': { ...bindValues({ ...recipient, userId: '@b:c.d' }), ...sent },
  }

  test.each(['en', 'de'].flatMap((language) => mailKinds.map((kind) => [kind, language] as const)))(
    'of kind %s in %s has the same link in both bodies, no script and nothing from elsewhere',
    async (kind, language) => {
      const { subject, html, text } = (await messages()).renderMail(kind, language, values[kind] ?? {})
      expect(subject).not.toBe('')
      const target = values[kind]?.link
      if (target) {
        expect(text).toContain(target)
        expect(html).toContain(`href="${target.replaceAll('&', '&amp;')}"`)
      }
      expect(html).not.toMatch(/<script|<img|<link|url\(|@import|<table/i)
      expect(`${html}${text}`).not.toMatch(/\{\{|\{%|undefined|\[object/)
      expect(text).toContain('example.org')
    },
  )

  test.each(['en', 'de'].flatMap((language) => pageKinds.map((kind) => [kind, language] as const)))(
    'on page %s in %s is a complete document without scripts',
    async (kind, language) => {
      const { html } = (await messages()).renderPage(kind, language, { reason: 'expired' })
      expect(html).toMatch(/^<!doctype html>\s*<html lang="/)
      expect(html).toMatch(/<title>[^<]+ · example\.org<\/title>/)
      expect(html).toMatch(/<h1>[^<]+<\/h1>\s*<p>[^<]{10,}/)
      expect(html).not.toMatch(/<script|on\w+=|https?:/i)
    },
  )

  test.each(['en', 'de'].flatMap((language) => smsKinds.map((kind) => [kind, language] as const)))(
    'by SMS of kind %s in %s is one line',
    async (kind, language) => {
      const text = (await messages()).renderSms(kind, language, values[kind] ?? {})
      expect(text).not.toMatch(/\n|undefined/)
      expect(text.length).toBeGreaterThan(20)
    },
  )

  test('that reports a failed validation gives its reason', async () => {
    const made = await messages()
    const reasons = ['expired', 'wrong-code', 'too-many-attempts', 'unknown-session', 'anything']
    const pages = reasons.map((reason) => made.renderPage('validation-failure', 'en', { reason }).html)
    expect(new Set(pages).size).toBe(5)
  })

  test("on a page of Sydent's making gets its one sentence", async () => {
    const made = await messages({ 'en/validation-success.html': '<p>%(message)s</p>' })
    expect(made.renderPage('validation-success', 'en', {}).html).toBe(
      '<p>Thank you. You can close this page and go back to your app.</p>',
    )
  })

  test.each([
    [{ room_name: 'Choir' }, 'Anna invites you to the room “Choir”'],
    [{ room_name: 'Choir', room_type: 'm.space' }, 'Anna invites you to the space “Choir”'],
    [{ room_type: 'm.space' }, 'Anna invites you to the space'],
    [{}, 'Anna would like to chat with you'],
    [{ room_name: '   ' }, 'Anna would like to chat with you'],
    [{ room_alias: '#c:example.org' }, 'Anna invites you to the room #c:example.org'],
  ])('that invites to %j says: %s', async (request, subject) => {
    const values = invitation({ sender_display_name: 'Anna', ...request })
    expect((await messages()).renderMail('invitation', 'en', values).subject).toBe(subject)
  })

  test('that invites leads into the web client with what it needs to claim the invitation', () => {
    const url = new URL(invite.link ?? '')
    expect(url.origin).toBe('https://app.element.io')
    const [path = '', query] = url.hash.split('?')
    expect(decodeURIComponent(path)).toBe('#/room/!room:example.org')
    const parameters = Object.fromEntries(new URLSearchParams(query))
    expect(parameters).toMatchObject({
      email: 'bob+x@example.org',
      room_name: 'Choir',
      inviter_name: 'Anna',
      room_type: 'm.space',
    })
    expect(parameters.signurl).toBe(
      'https://matrix.example.org/_matrix/identity/api/v1/sign-ed25519?token=invite-token&private_key=seed',
    )
  })
})
