import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createMessages, mailKinds, pageKinds, smsKinds } from '../../../src/notify/messages.ts'
import { languageChain } from '../../../src/notify/templates/language.ts'
import { bindValues, type TemplateValues, unbindValues } from '../../../src/notify/templates/values.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createLog, notifications } from '../support.ts'
import { invitation, invite, messages, recipient, sent, validation } from './support.ts'

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
      expect(html).not.toMatch(/<script|\son\w+=|https?:/i)
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
