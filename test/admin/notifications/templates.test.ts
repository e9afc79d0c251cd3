import { readFile, writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'

let appliance: TestAppliance
let admin: AdminClient
beforeEach(async () => {
  ;({ appliance, client: admin } = await startConsole({ config: { matrix: { domain: 'example.org' } } }))
})
afterEach(() => appliance.stop())

const subject = '/api/notifications/templates/de/invitation.subject.txt'
const preview = async (body: object) =>
  (await admin.post('/api/notifications/templates/preview', body)).body as {
    readonly subject: string
    readonly text: string
    readonly htmlId: string
  }

it('previews every message in every language, each with what it is made from', async () => {
  const { body } = await admin.get('/api/notifications/templates')
  const { messages, languages } = body as {
    messages: readonly { id: string }[]
    languages: readonly string[]
  }
  expect(languages).toEqual(['de', 'en'])
  for (const language of languages) {
    for (const { id } of messages) {
      const made = await preview({ message: id, language })
      expect(made, `${id} in ${language}`).toMatchObject({ fault: null })
      expect(made.text ?? made.htmlId, `${id} in ${language}`).toEqual(expect.any(String))
    }
  }
  const invitation = await preview({ message: 'invitation', language: 'en' })
  expect(invitation).toMatchObject({
    subject: expect.stringContaining('Garden club'),
    placeholders: expect.arrayContaining([{ name: 'room_name', value: 'Garden club' }]),
  })
})

it('shows what is not saved, and says in which line it has an error', async () => {
  const unsaved = (source: string) => ({
    ...{ message: 'validation', language: 'en' },
    unsaved: [{ name: 'validation.txt', source }],
  })
  expect(await preview(unsaved('Your code: {{ token }}'))).toMatchObject({ text: 'Your code: 482913\n' })
  expect(await preview(unsaved('one\ntwo {{ token | nothing }}'))).toMatchObject({
    text: null,
    fault: { name: 'validation.txt', line: 2, reason: expect.stringContaining('nothing') },
  })
})

it('saves a template into a folder that it makes, and takes it back', async () => {
  expect((await admin.put(subject, { source: '{{ sender_display_name }} ruft' })).status).toBe(200)
  const path = join(appliance.dataDir, 'templates/de/invitation.subject.txt')
  expect(await readFile(path, 'utf8')).toBe('{{ sender_display_name }} ruft')
  expect((await preview({ message: 'invitation', language: 'de' })).subject).toBe('Anna Arden ruft')
  const { body } = await admin.get('/api/notifications/templates')
  expect(body).toMatchObject({ folder: join(appliance.dataDir, 'templates') })
  expect(JSON.stringify(body)).toContain('{"name":"invitation.subject.txt","own":["de"]}')

  expect((await admin.delete(subject)).status).toBe(200)
  expect((await admin.get(subject)).body).toMatchObject({ own: null, builtin: expect.any(String) })
  expect((await preview({ message: 'invitation', language: 'de' })).subject).not.toBe('Anna Arden ruft')
})

it('saves nothing that has an error, and nothing but templates', async () => {
  const refused = await admin.put(subject, { source: '{% if %}' })
  expect(refused.status).toBe(400)
  expect(refused.body).toMatchObject({ error: { problems: [{ path: 'invitation.subject.txt' }] } })
  for (const name of ['../../signpost.yaml', 'signpost.yaml']) {
    const path = `/api/notifications/templates/de/${encodeURIComponent(name)}`
    expect((await admin.put(path, { source: 'x' })).status).toBe(404)
  }
  const elsewhere = `/api/notifications/templates/${encodeURIComponent('../x')}/invitation.txt`
  expect((await admin.put(elsewhere, { source: 'x' })).status).toBe(400)
})

it('lets a file with an error elsewhere keep nobody from mending another', async () => {
  await mkdir(join(appliance.dataDir, 'templates/de'), { recursive: true })
  await writeFile(join(appliance.dataDir, 'templates/de/invitation.txt'), '{% broken %}')
  expect((await admin.put(subject, { source: 'Komm!' })).status).toBe(200)
})

it('hands the HTML of a preview out as a document that runs nothing, also in its dark dress', async () => {
  const { htmlId } = await preview({ message: 'invitation', language: 'en' })
  const light = await admin.get(`/api/notifications/previews/${htmlId}`)
  expect(light.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const policy = light.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain('sandbox')
  expect(policy).not.toContain('script-src')
  expect(light.text).toContain('@media (width < 0)')
  const dark = await admin.get(`/api/notifications/previews/${htmlId}`, { query: { scheme: 'dark' } })
  expect(dark.text).toContain('@media (min-width: 0)')
  expect((await admin.get('/api/notifications/previews/none')).status).toBe(404)
})
