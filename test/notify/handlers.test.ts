import { describe, expect, test } from 'vitest'
import { DeliveryError } from '../../src/notify/delivery-error.ts'
import type { Mail } from '../../src/notify/email/transport.ts'
import { createNotificationHandlers } from '../../src/notify/handlers.ts'
import { messageIdFor } from '../../src/notify/message-id.ts'
import { createMessages } from '../../src/notify/messages.ts'
import type { TextMessage } from '../../src/notify/sms/transport.ts'
import { validationValues } from '../../src/notify/templates/values.ts'
import { createLog, notifications } from './support.ts'

const config = notifications({ email: { from: 'School <matrix@example.org>' } }).email
const messages = createMessages({
  config,
  domain: 'example.org',
  publicUrl: 'https://m.example.org',
  log: createLog(),
})
const values = validationValues({
  medium: 'email',
  address: 'bob@example.org',
  link: 'https://m.example.org/x',
  token: '482913',
  ip: '',
})
const email = {
  to: 'bob@example.org',
  language: 'de',
  kind: 'validation',
  values,
  messageId: 'a@example.org',
}
const sms = { to: '491701234567', language: 'en', kind: 'validation', values }

function setUp(error?: Error) {
  const mails: Mail[] = []
  const texts: TextMessage[] = []
  const handlers = createNotificationHandlers(() => ({
    messages,
    email: {
      async send(mail) {
        if (error !== undefined) throw error
        mails.push(mail)
      },
      close() {},
    },
    sms: {
      async send(text) {
        if (error !== undefined) throw error
        texts.push(text)
      },
    },
  }))
  const deliver = (kind: 'email' | 'sms', payload: unknown) =>
    handlers[kind].deliver(
      {
        id: '1',
        lane: null,
        dedupeKey: 'k',
        kind,
        payload,
        attempts: 1,
        createdAt: 0,
        expiresAt: 1,
        interrupted: false,
        attemptStartedAt: null,
      },
      new AbortController().signal,
    )
  return { mails, texts, deliver }
}

describe('an outbox entry', () => {
  test('of kind email becomes a mail in its language', async () => {
    const { mails, deliver } = setUp()
    expect(await deliver('email', email)).toEqual({ result: 'done' })
    expect(mails[0]).toMatchObject({
      to: 'bob@example.org',
      from: 'School <matrix@example.org>',
      subject: 'Bitte bestätigen Sie Ihre E-Mail-Adresse für example.org',
      messageId: 'a@example.org',
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  })

  test('of kind sms becomes a text message', async () => {
    const { texts, deliver } = setUp()
    expect(await deliver('sms', sms)).toEqual({ result: 'done' })
    expect(texts[0]).toMatchObject({ to: '491701234567', text: expect.stringContaining('482913') })
  })

  test.each([
    [true, 'failed'],
    [false, 'retry'],
  ])('whose delivery error is permanent (%s) is %s', async (permanent, result) => {
    const { deliver } = setUp(new DeliveryError({ permanent, code: 'c', detail: 'for bob@example.org' }))
    const expected = { result, error: 'c: for ***@example.org' }
    expect(await deliver('email', email)).toEqual(expected)
    expect(await deliver('sms', sms)).toEqual(expected)
  })

  test.each([[{ ...email, kind: 'spam' }], [{ ...email, to: undefined }], [null], ['x']])(
    'that cannot be read (%j) fails without telling what stands in it',
    async (payload) => {
      const { mails, deliver } = setUp()
      const result = await deliver('email', payload)
      expect(result.result).toBe('failed')
      expect(JSON.stringify(result)).not.toContain('bob')
      expect(mails).toEqual([])
    },
  )
})

test('A Message-ID depends on its cause alone and is valid for a domain with a port', () => {
  expect(messageIdFor('invite:1', 'example.org:8448')).toMatch(/^[0-9a-f]{40}@example\.org$/)
  expect(messageIdFor('invite:1', 'example.org')).toBe(messageIdFor('invite:1', 'example.org'))
  expect(messageIdFor('invite:2', 'example.org')).not.toBe(messageIdFor('invite:1', 'example.org'))
})
