import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { type Authority, createAuthority } from '../../support/certificate-authority.ts'
import { startConsole } from '../../support/console.ts'
import { type SmtpSink, type SmtpSinkOptions, startSmtpSink } from '../../support/smtp-sink.ts'
import { createTempDir } from '../../support/temp-dir.ts'

const auth = { user: 'matrix', password: 'a word that nobody may read' }

let appliance: TestAppliance
let admin: AdminClient
let authority: Authority
const sinks: SmtpSink[] = []

beforeAll(async () => {
  ;({ appliance, client: admin } = await startConsole({ config: { matrix: { domain: 'example.org' } } }))
  authority = await createAuthority(await createTempDir('mail-ca'))
})
afterAll(() => appliance.stop())
afterEach(async () => void (await Promise.all(sinks.splice(0).map((sink) => sink.close()))))

async function sink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const started = await startSmtpSink(options)
  sinks.push(started)
  return started
}

const smtp = (port: number, changes: object = {}) => ({
  transport: 'smtp',
  from: 'Example School <matrix@example.org>',
  smtp: { host: '127.0.0.1', port, security: 'none', ...changes },
})
const test = async (email?: object) =>
  (await admin.post('/api/notifications/test', { to: 'anna@example.org', ...(email && { email }) })).body
const probe = async (body: object) => (await admin.post('/api/notifications/probe', body)).body

it('sends a test message with settings that are not saved, and tells what was said', async () => {
  const { port, messages } = await sink()
  const answer = await test(smtp(port))
  expect(answer).toMatchObject({ accepted: true, transport: 'smtp' })
  expect(answer).not.toHaveProperty('failure')
  const { dialogue } = answer as { dialogue: readonly { from: string; line: string }[] }
  expect(dialogue[0]).toMatchObject({ from: 'server', line: expect.stringMatching(/^220 /) })
  expect(dialogue).toContainEqual({ from: 'us', line: 'EHLO example.org' })
  expect(dialogue).toContainEqual({ from: 'us', line: 'RCPT TO:<anna@example.org>' })
  expect(messages[0]).toMatchObject({ to: ['anna@example.org'], from: 'matrix@example.org' })
  expect(messages[0]?.parsed.subject).toBe('Test message from Signpost')
})

it.each(['PLAIN', 'LOGIN'])('keeps the credentials of AUTH %s out of the dialogue', async (method) => {
  const { port } = await sink({ auth, methods: [method] })
  const answer = await test(smtp(port, auth))
  expect(answer).toMatchObject({ accepted: true })
  const text = JSON.stringify(answer)
  expect(text).toContain(`AUTH ${method}`)
  for (const secret of [auth.password, auth.user, `\0${auth.user}\0${auth.password}`]) {
    expect(text).not.toContain(`"${secret}"`)
    expect(text).not.toContain(Buffer.from(secret).toString('base64'))
  }
})

it('says why a login failed, and what to do', async () => {
  const { port } = await sink({ auth })
  expect(await test(smtp(port, { user: 'matrix', password: 'wrong' }))).toMatchObject({
    accepted: false,
    failure: { code: 'smtp-login', detail: expect.stringContaining('535'), fix: expect.any(String) },
    dialogue: expect.arrayContaining([{ from: 'server', line: expect.stringContaining('535') }]),
  })
})

it('shows how far it came when the recipient is refused', async () => {
  const { port, messages } = await sink({ rejectRcpt: () => '5.1.1 nobody of that name' })
  expect(await test(smtp(port))).toMatchObject({
    accepted: false,
    failure: { code: 'smtp-rejected' },
    dialogue: expect.arrayContaining([{ from: 'server', line: '550 5.1.1 nobody of that name' }]),
  })
  expect(messages).toEqual([])
})

it('tries the settings that are in force when none are sent', async () => {
  expect(await test()).toEqual({ accepted: true, transport: 'log', dialogue: [] })
  expect(await readdir(join(appliance.dataDir, 'mail'))).toHaveLength(1)
})

it('uses the stored password for one that is only said to be set', async () => {
  const { port } = await sink({ auth })
  await admin.put('/api/settings', {
    changes: [{ path: ['notifications', 'email'], value: smtp(port, auth) }],
  })
  const unsaved = smtp(port, { user: auth.user, password: { set: true } })
  expect(await test(unsaved)).toMatchObject({ accepted: true })
})

it('tries the settings of the wizard, with the password that was typed there', async () => {
  const { port } = await sink({ auth })
  const settings = { matrix: { domain: 'drafted.example' }, notifications: { email: smtp(port, auth) } }
  await admin.put('/api/wizard/draft', { step: 'mail', choices: {}, settings })
  const email = smtp(port, { user: auth.user, password: { set: true } })
  const { body } = await admin.post('/api/notifications/test', { to: 'a@example.org', email, draft: true })
  expect(body).toMatchObject({
    accepted: true,
    dialogue: expect.arrayContaining([{ from: 'us', line: 'EHLO drafted.example' }]),
  })
})

it('refuses settings that cannot be used, by their place in the file', async () => {
  const { status, body } = await admin.post('/api/notifications/test', {
    to: 'anna@example.org',
    email: smtp(70_000),
  })
  expect(status).toBe(422)
  expect(body).toMatchObject({
    error: { code: 'config-invalid', problems: [{ path: 'notifications.email.smtp.port' }] },
  })
})

it('finds out how a mail server wants to be talked to', async () => {
  const { key, cert } = await authority.issue(['localhost', '127.0.0.1'])
  const { port } = await sink({ tls: 'starttls', certificate: { key, cert }, auth })
  const trusted = await probe({ host: '127.0.0.1', port, caFile: authority.caFile })
  expect(trusted).toMatchObject({
    addresses: ['127.0.0.1'],
    ports: expect.arrayContaining([
      {
        ...{ port, answers: true, security: 'starttls', offersLogin: true, problem: null },
        certificate: { trusted: true, code: null },
      },
    ]),
    suggestion: { port, security: 'starttls' },
  })
  const foreign = await probe({ host: '127.0.0.1', port })
  expect(foreign).toMatchObject({
    ports: expect.arrayContaining([
      expect.objectContaining({
        ...{ port, answers: true, security: 'starttls' },
        certificate: { trusted: false, code: expect.stringMatching(/UNABLE_TO|SELF_SIGNED/) },
      }),
    ]),
  })
})

it('sees that an unusual port wants TLS from the first byte', async () => {
  const { port } = await sink({ tls: 'implicit' })
  expect(await probe({ host: '127.0.0.1', port })).toMatchObject({
    ports: expect.arrayContaining([
      expect.objectContaining({
        port,
        security: 'implicit',
        certificate: expect.objectContaining({ trusted: false }),
      }),
    ]),
  })
})

it('says so when nothing answers, and when there is no such name', async () => {
  const port = await freePort()
  expect(await probe({ host: '127.0.0.1', port })).toMatchObject({
    ports: expect.arrayContaining([
      expect.objectContaining({ port, answers: false, security: null, problem: expect.any(String) }),
    ]),
  })
  expect(await probe({ host: 'mail.invalid' })).toEqual({ addresses: [], ports: [], suggestion: null })
})
