import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { createSmsTransport } from '../../../src/notify/sms/create.ts'
import { fillBody, fillUrl } from '../../../src/notify/sms/placeholders.ts'
import type { SmsTransport } from '../../../src/notify/sms/transport.ts'
import { type HttpPeer, json, startHttpPeer } from '../../support/http-peer.ts'
import { createOutgoing, manualClock } from '../../support/outgoing.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createLog, failure, notifications, readSecret } from '../support.ts'

const { http } = createOutgoing()
const message = { to: '491701234567', text: '123456 is your code' }
let peer: HttpPeer | null = null

afterEach(async () => {
  await peer?.close()
  peer = null
})

async function service(): Promise<HttpPeer> {
  peer = await startHttpPeer({ handler: json(201, {}) })
  return peer
}

function create(sms: object, dataDir = '/nonexistent'): SmsTransport {
  const deps = { http, readSecret, dataDir, clock: manualClock(), log: createLog() }
  return createSmsTransport(notifications({ sms }).sms, deps)
}

describe('Twilio', () => {
  const account = { accountSid: 'AC00', authToken: 'secret' }
  const twilio = (seen: HttpPeer, from: string) =>
    create({ transport: 'twilio', twilio: { ...account, from, url: `http://127.0.0.1:${seen.port}` } })

  test.each([
    ['+4930123456', { From: '+4930123456' }],
    ['4930123456', { From: '+4930123456' }],
    ['+49 (30) 123-456', { From: '+4930123456' }],
    ['School', { From: 'School' }],
    ['MG0123456789abcdef0123456789abcdef', { MessagingServiceSid: 'MG0123456789abcdef0123456789abcdef' }],
  ])(
    'is told the sender %s as it wants it, and the recipient with exactly one plus',
    async (from, sender) => {
      const seen = await service()
      await twilio(seen, from).send(message)
      expect(seen.seen[0]).toMatchObject({
        method: 'POST',
        url: '/2010-04-01/Accounts/AC00/Messages.json',
        headers: { authorization: `Basic ${Buffer.from('AC00:secret').toString('base64')}` },
      })
      expect(Object.fromEntries(new URLSearchParams(seen.seen[0]?.body))).toEqual({
        To: '+491701234567',
        Body: message.text,
        ...sender,
      })
    },
  )

  test.each([
    [400, true],
    [401, false],
    [429, false],
    [500, false],
  ])('answering %i makes the failure final: %s', async (status, permanent) => {
    const seen = await service()
    seen.handle(json(status, { code: 21211, message: "The 'To' number +491701234567 is not valid" }))
    const error = await failure(twilio(seen, '+4930123456').send(message))
    expect(error).toMatchObject({ permanent, code: 'service-rejected' })
    expect(error.detail).toContain('21211')
    expect(error.detail).not.toContain('491701234567')
  })
})

describe('a gateway of one HTTP request', () => {
  const nasty = { to: '491701234567', text: '"},"to":"1","x":{"a":"\\ & = # {to} + ä\n' }

  test('gets a JSON body whose structure no text can change', async () => {
    const seen = await service()
    const body = '{"messages":[{"to":"+{to}","text":"{text}","n":1}]}'
    const url = `http://127.0.0.1:${seen.port}/send`
    const headers = { 'X-Api-Key': 'secret' }
    await create({ transport: 'http', http: { url, body, headers } }).send(nasty)
    expect(JSON.parse(seen.seen[0]?.body ?? '')).toEqual({
      messages: [{ to: '+491701234567', text: nasty.text, n: 1 }],
    })
    expect(seen.seen[0]?.headers).toMatchObject({ 'x-api-key': 'secret', 'content-type': 'application/json' })
  })

  test('gets a form body and a query whose parameters no text can change', async () => {
    const seen = await service()
    const url = `http://127.0.0.1:${seen.port}/send?to={to}&text={text}`
    const contentType = 'application/x-www-form-urlencoded'
    await create({ transport: 'http', http: { url, body: 'to={to}&text={text}', contentType } }).send(nasty)
    const query = new URL(seen.seen[0]?.url ?? '', 'http://x').searchParams
    for (const parameters of [query, new URLSearchParams(seen.seen[0]?.body)]) {
      expect([...parameters]).toEqual([
        ['to', nasty.to],
        ['text', nasty.text],
      ])
    }
  })

  test('gets an XML body in which no text can become an element', () => {
    const filled = fillBody('<sms to="{to}">{text}</sms>', 'text/xml; charset=utf-8', {
      ...nasty,
      text: '</sms>&"',
      from: '',
    })
    expect(filled).toBe('<sms to="491701234567">&lt;/sms&gt;&amp;&quot;</sms>')
  })

  test('has placeholders filled once, not inside what was filled in', () => {
    expect(fillUrl('{text}/{to}', { to: '1', text: '{to}', from: '' })).toBe('%7Bto%7D/1')
  })

  test.each([
    ['2xx', 204, true],
    ['200,202', 202, true],
    ['200, 202', 201, false],
    ['2xx', 302, false],
    ['', 200, false],
  ])('with success %j and the answer %i accepts: %s', async (success, status, accepted) => {
    const seen = await service()
    seen.handle((_request, response) => void response.writeHead(status).end())
    const sending = create({
      transport: 'http',
      http: { url: `http://127.0.0.1:${seen.port}/`, success },
    }).send(message)
    if (accepted) await sending
    else expect(await failure(sending)).toMatchObject({ code: 'service-rejected', permanent: false })
  })

  test.each(['', 'sms.example.org/send', 'https://{text}/send', 'ftp://sms.example.org/'])(
    'is a configuration fault with the URL %j',
    async (url) => {
      expect(await failure(create({ transport: 'http', http: { url } }).send(message))).toMatchObject({
        code: 'configuration',
      })
    },
  )

  test('is a configuration fault with a body that is not JSON', async () => {
    const http = { url: 'http://127.0.0.1:1/', body: '{"to": {to}}' }
    expect(await failure(create({ transport: 'http', http }).send(message))).toMatchObject({
      code: 'configuration',
    })
  })

  test('sends no body with GET', async () => {
    const seen = await service()
    const http = { method: 'GET', url: `http://127.0.0.1:${seen.port}/?to={to}`, body: '{}' }
    await create({ transport: 'http', http }).send(message)
    expect(seen.seen[0]).toMatchObject({ method: 'GET', url: '/?to=491701234567', body: '' })
  })
})

test('The log transport keeps a text message as a file', async () => {
  const dataDir = await createTempDir('sms-log')
  await create({ transport: 'log' }, dataDir).send(message)
  const [name = ''] = await readdir(join(dataDir, 'sms'))
  expect(await readFile(join(dataDir, 'sms', name), 'utf8')).toBe(
    'To: +491701234567\n\n123456 is your code\n',
  )
})

test('The transport none refuses for good', async () => {
  expect(await failure(create({ transport: 'none' }).send(message))).toMatchObject({ permanent: true })
})

test.each(['', '+491701234567', '0170123', '12 34567', '1234567890123456', '49170&x=1'])(
  'The recipient %j is refused for good',
  async (to) => {
    expect(await failure(create({ transport: 'log' }).send({ ...message, to }))).toMatchObject({
      permanent: true,
    })
  },
)
