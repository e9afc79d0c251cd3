import { z } from 'zod'
import type { Config } from '../../config/schema.ts'
import type { SecretSource } from '../../config/types.ts'
import type { HttpClient, HttpResponse } from '../../net/http-client.ts'
import { jsonOrNull, reachService, refusedByService } from '../http-answer.ts'
import { assertSafeMail, DeliveryError, type EmailTransport, type Mail, parseMailbox } from './transport.ts'

export interface SendgridOptions {
  readonly config: Config['notifications']['email']['sendgrid']
  readonly http: HttpClient
  readonly readSecret: (source: SecretSource) => Promise<string> | string
}

const timeoutMs = 20_000
const errorBody = z.object({ errors: z.array(z.object({ message: z.string() })) })

/** Mail through SendGrid's HTTP API (v3, `mail/send`). */
export function createSendgridTransport({ config, http, readSecret }: SendgridOptions): EmailTransport {
  async function request(method: 'GET' | 'POST', path: string, body?: string): Promise<HttpResponse> {
    const apiKey = await readApiKey(config, readSecret)
    return reachService('SendGrid', () =>
      http.request({
        method,
        url: `${config.url}${path}`,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        trust: 'operator',
        timeoutMs,
        ...(body === undefined ? {} : { body }),
      }),
    )
  }

  return {
    async send(mail) {
      assertSafeMail(mail)
      const response = await request('POST', '/v3/mail/send', JSON.stringify(toRequest(mail)))
      if (response.status < 200 || response.status > 299) {
        throw refusedByService('SendGrid', response, reason(response))
      }
    },
    async verify() {
      try {
        const response = await request('GET', '/v3/scopes')
        const ok = response.status === 200
        const detail = ok
          ? 'SendGrid accepts the API key.'
          : `SendGrid answered ${response.status}: ${reason(response)}`
        return [{ step: 'api-key', ok, detail }]
      } catch (error) {
        if (error instanceof DeliveryError) return [{ step: 'connect', ok: false, detail: error.detail }]
        throw error
      }
    },
    close() {},
  }
}

function toRequest(mail: Mail) {
  const from = parseMailbox(mail.from)
  return {
    personalizations: [{ to: [{ email: mail.to }] }],
    from: { email: from.address, ...(from.name === '' ? {} : { name: from.name }) },
    subject: mail.subject,
    // RFC 2046 (5.1.4): the plainest form comes first.
    content: [
      { type: 'text/plain', value: mail.text },
      { type: 'text/html', value: mail.html },
    ],
    headers: { ...mail.headers, 'Message-ID': `<${mail.messageId}>` },
    // Tracking would rewrite validation links to another host and report who opened a mail.
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
    },
  }
}

function reason(response: HttpResponse): string {
  const read = errorBody.safeParse(jsonOrNull(response))
  return read.success ? read.data.errors.map(({ message }) => message).join(' ') : ''
}

async function readApiKey(
  config: SendgridOptions['config'],
  readSecret: SendgridOptions['readSecret'],
): Promise<string> {
  if (config.apiKey === null) throw missing('notifications.email.sendgrid.apiKey is empty. Enter an API key.')
  try {
    return await readSecret(config.apiKey)
  } catch (cause) {
    throw missing('The secret in notifications.email.sendgrid.apiKey cannot be read.', cause)
  }
}

function missing(detail: string, cause?: unknown): DeliveryError {
  return new DeliveryError({ permanent: false, code: 'configuration', detail, cause })
}
