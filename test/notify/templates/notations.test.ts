import { describe, expect, test } from 'vitest'
import { bindValues, unbindValues } from '../../../src/notify/templates/values.ts'
import { fullRequest, invitation, invite, link, messages, recipient, sent, validation } from './support.ts'

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
