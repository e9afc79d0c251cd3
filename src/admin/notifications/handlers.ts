import type { Handlers } from '../api/serve.ts'
import type { notificationsContract } from './contract.ts'
import { createMailHandlers, type MailOptions } from './mail-handlers.ts'

export function createNotificationsHandlers(options: MailOptions): Handlers<typeof notificationsContract> {
  return {
    ...createMailHandlers(options),
  }
}
