import { z } from 'zod'
import type { Config } from '../../config/schema.ts'
import { jsonOrNull, reachService, refusedByService } from '../http-answer.ts'
import {
  assertNumber,
  smsMisconfigured,
  smsTimeoutMs,
  type SmsGatewayDeps,
  type SmsTransport,
} from './transport.ts'

type TwilioConfig = Config['notifications']['sms']['twilio']

const errorBody = z.object({ code: z.number().optional(), message: z.string() })

/** Text messages through Twilio's Messages resource (API version 2010-04-01). */
export function createTwilioTransport(
  config: TwilioConfig,
  { http, readSecret }: SmsGatewayDeps,
): SmsTransport {
  return {
    async send({ to, text }) {
      assertNumber(to)
      const { accountSid, authToken, from } = config
      if (accountSid === '' || from === '' || authToken === null) {
        throw smsMisconfigured('notifications.sms.twilio needs accountSid, authToken and from.')
      }
      const login = Buffer.from(`${accountSid}:${await readSecret(authToken)}`).toString('base64')
      const response = await reachService('Twilio', () =>
        http.request({
          method: 'POST',
          url: `${config.url}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`,
          headers: {
            authorization: `Basic ${login}`,
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: new URLSearchParams({ To: `+${to}`, ...sender(from), Body: text }).toString(),
          trust: 'operator',
          timeoutMs: smsTimeoutMs,
        }),
      )
      if (response.status >= 200 && response.status < 300) return
      const read = errorBody.safeParse(jsonOrNull(response))
      throw refusedByService(
        'Twilio',
        response,
        read.success ? `${read.data.code ?? ''} ${read.data.message}`.trim() : '',
      )
    },
  }
}

/** A messaging service has its own parameter; its SID is `MG` and 32 hexadecimal digits. A number gets its one `+`. */
function sender(from: string): Record<string, string> {
  if (/^MG[0-9a-fA-F]{32}$/.test(from)) return { MessagingServiceSid: from }
  const number = from.replace(/[\s().-]/g, '')
  return { From: /^\+?\d{7,15}$/.test(number) ? `+${number.replace(/^\+/, '')}` : from }
}
