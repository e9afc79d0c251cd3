import type { Handlers } from '../api/serve.ts'
import type { notificationsContract } from './contract.ts'
import { createMailHandlers, type MailOptions } from './mail-handlers.ts'
import { createOutboxHandlers, type OutboxOptions } from './outbox-handlers.ts'
import { createSmsHandlers } from './sms-handlers.ts'
import { createTemplatesHandlers, type TemplatesOptions } from './templates-handlers.ts'

export function createNotificationsHandlers(
  options: MailOptions & OutboxOptions & TemplatesOptions,
): Handlers<typeof notificationsContract> {
  return {
    ...createMailHandlers(options),
    ...createSmsHandlers(options),
    ...createTemplatesHandlers(options),
    ...createOutboxHandlers(options),
  }
}
