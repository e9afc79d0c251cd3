import type { Config } from '../config/schema.ts'
import type { NotificationQueue } from '../notify/queue.ts'
import { publicUrl } from '../public-url.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { checkInvitedPhone, queueInvitationMail } from './mail.ts'
import { resendInvitation, type Resending } from './resend.ts'

export interface OpenResendOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly notifications: NotificationQueue
}

/** `resendInvitation` with the messages of this installation; the console and the command line share it. */
export function openResend(options: OpenResendOptions): (id: string, by: string) => Promise<Resending> {
  const { storage, runtime, notifications } = options
  return async (id, by) => {
    const config = options.config()
    const resend = {
      storage,
      runtime,
      config,
      checkDestination: (address: Parameters<typeof checkInvitedPhone>[2]) =>
        checkInvitedPhone(storage.db, config, address, runtime.clock.now()),
      queue: (...[tx, invitation]: QueueArguments) =>
        queueInvitationMail(tx, { config, notifications, publicUrl: publicUrl(config) }, invitation),
    }
    return await resendInvitation(resend, id, by)
  }
}

type QueueArguments = Parameters<Parameters<typeof resendInvitation>[0]['queue']>
