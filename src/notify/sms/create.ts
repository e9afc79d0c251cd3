import type { Config } from '../../config/schema.ts'
import type { Clock, Logger } from '../../runtime.ts'
import { DeliveryError } from '../delivery-error.ts'
import { createHttpSmsTransport } from './http.ts'
import { createSmsLog } from './log.ts'
import type { SmsGatewayDeps, SmsTransport } from './transport.ts'
import { createTwilioTransport } from './twilio.ts'

export interface SmsTransportDeps extends SmsGatewayDeps {
  readonly dataDir: string
  readonly clock: Clock
  readonly log: Logger
}

/** The transport that `notifications.sms` asks for. */
export function createSmsTransport(
  config: Config['notifications']['sms'],
  deps: SmsTransportDeps,
): SmsTransport {
  switch (config.transport) {
    case 'twilio':
      return createTwilioTransport(config.twilio, deps)
    case 'http':
      return createHttpSmsTransport(config.http, deps)
    case 'log':
      return createSmsLog(deps.dataDir, deps.clock, deps.log)
    case 'none':
      return {
        async send() {
          const detail = 'Sending text messages is switched off (notifications.sms.transport is none).'
          throw new DeliveryError({ permanent: true, code: 'switched-off', detail })
        },
      }
  }
}
