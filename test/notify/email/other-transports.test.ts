import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterEach, describe, expect, test } from 'vitest'
import { createEmailTransport } from '../../../src/notify/email/create.ts'
import type { EmailTransport } from '../../../src/notify/email/transport.ts'
import { type HttpPeer, json, startHttpPeer } from '../../support/http-peer.ts'
import { createOutgoing } from '../../support/outgoing.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createLog, failure, mail, notifications, readSecret } from '../support.ts'

const { http } = createOutgoing()
const log = createLog()
let peer: HttpPeer | null = null

afterEach(async () => {
  await peer?.close()
  peer = null
})

function create(email: object, dataDir = '/nonexistent'): EmailTransport {
  return createEmailTransport(notifications({ email }).email, {
    http,
    domain: 'example.org',
    dataDir,
    readSecret,
    log,
  })
}

async function sendgrid(): Promise<{ peer: HttpPeer; transport: EmailTransport }> {
  peer = await startHttpPeer({ handler: (_request, response) => void response.writeHead(202).end() })
  const url = `http://127.0.0.1:${peer.port}`
  return { peer, transport: create({ transport: 'sendgrid', sendgrid: { apiKey: 'SG.key', url } }) }
}

describe('SendGrid', () => {
  test('is given one request with both bodies and the Message-ID, and may not track', async () => {
    const { peer: service, transport } = await sendgrid()
    await transport.send(
      mail({
        from: '"School, Example" <matrix@example.org>',
        headers: { 'Auto-Submitted': 'auto-generated' },
      }),
    )
    expect(service.seen).toHaveLength(1)
    expect(service.seen[0]).toMatchObject({
      method: 'POST',
      url: '/v3/mail/send',
      headers: { authorization: 'Bearer SG.key', 'content-type': 'application/json' },
    })
    expect(JSON.parse(service.seen[0]?.body ?? '')).toEqual({
      personalizations: [{ to: [{ email: 'bob@example.org' }] }],
      from: { email: 'matrix@example.org', name: 'School, Example' },
      subject: 'Grüße aus Köln',
      content: [
        { type: 'text/plain', value: 'Hello\nWorld\n' },
        { type: 'text/html', value: '<p>Hello</p>\n' },
      ],
      headers: { 'Auto-Submitted': 'auto-generated', 'Message-ID': '<abc123@example.org>' },
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: { enable: false },
      },
    })
  })

  test.each([
    [400, true],
    [413, true],
    [401, false],
    [403, false],
    [429, false],
    [500, false],
    [503, false],
  ])('answering %i makes the failure final: %s', async (status, permanent) => {
    const { peer: service, transport } = await sendgrid()
    service.handle(json(status, { errors: [{ message: 'no <bob@example.org>' }] }))
    const error = await failure(transport.send(mail()))
    expect(error).toMatchObject({ permanent, code: 'service-rejected' })
    expect(error.detail).toContain(String(status))
    expect(error.detail).not.toContain('bob@')
  })

  test('that cannot be reached is tried again', async () => {
    const { peer: service, transport } = await sendgrid()
    await service.close()
    expect(await failure(transport.send(mail()))).toMatchObject({
      permanent: false,
      code: 'service-unreachable',
    })
  })

  test('without a key is a configuration fault that names it', async () => {
    const error = await failure(create({ transport: 'sendgrid' }).send(mail()))
    expect(error.detail).toContain('notifications.email.sendgrid.apiKey')
  })
})

test('The log transport keeps a mail as a complete message that only this user can read', async () => {
  const dataDir = await createTempDir('mail-log')
  const transport = create({ transport: 'log' }, dataDir)
  await transport.send(mail())
  await transport.send(mail())
  expect(await readdir(join(dataDir, 'mail'))).toEqual(['abc123@example.org.eml'])
  const file = join(dataDir, 'mail', 'abc123@example.org.eml')
  const raw = await readFile(file)
  expect((await stat(file)).mode & 0o077).toBe(0)
  expect(raw.toString('latin1')).not.toMatch(/[^\r]\n/)
  expect(await PostalMime.parse(raw)).toMatchObject({
    subject: 'Grüße aus Köln',
    messageId: '<abc123@example.org>',
  })
  expect(JSON.stringify(log.lines)).not.toContain('bob@')
})

test('A Message-ID cannot lead the log transport out of its folder', async () => {
  const dataDir = await createTempDir('mail-log')
  await create({ transport: 'log' }, dataDir).send(mail({ messageId: '../../evil/x@example.org' }))
  expect(await readdir(join(dataDir, 'mail'))).toEqual(['.._.._evil_x@example.org.eml'])
})

test('The transport none refuses for good', async () => {
  expect(await failure(create({ transport: 'none' }).send(mail()))).toMatchObject({
    permanent: true,
    code: 'switched-off',
  })
})
