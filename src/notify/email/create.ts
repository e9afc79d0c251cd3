import type { Config } from '../../config/schema.ts'
import type { SecretSource } from '../../config/types.ts'
import type { HttpClient } from '../../net/http-client.ts'
import type { Logger } from '../../runtime.ts'
import { createMailLog } from './log-transport.ts'
import { createSendgridTransport } from './sendgrid.ts'
import { createSmtpTransport } from './smtp.ts'
import { DeliveryError, type EmailTransport } from './transport.ts'

export interface EmailTransportDeps {
  readonly http: HttpClient
  /** The Matrix domain. */
  readonly domain: string
  readonly dataDir: string
  readonly readSecret: (source: SecretSource) => Promise<string> | string
  readonly log: Logger
}

/** The transport that `notifications.email` asks for. Opens nothing until the first mail. */
export function createEmailTransport(
  config: Config['notifications']['email'],
  deps: EmailTransportDeps,
): EmailTransport {
  switch (config.transport) {
    case 'smtp':
      return createSmtpTransport(
        { config: config.smtp, domain: deps.domain, readSecret: deps.readSecret },
        deps.log,
      )
    case 'sendgrid':
      return createSendgridTransport({
        config: config.sendgrid,
        http: deps.http,
        readSecret: deps.readSecret,
      })
    case 'log':
      return createMailLog(deps.dataDir, deps.log)
    case 'none':
      return {
        async send() {
          const detail = 'Sending mail is switched off (notifications.email.transport is none).'
          throw new DeliveryError({ permanent: true, code: 'switched-off', detail })
        },
        close() {},
      }
  }
}
