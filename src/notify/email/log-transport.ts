import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../../runtime.ts'
import { toMessage } from './smtp.ts'
import { assertSafeMail, type EmailTransport } from './transport.ts'

/**
 * Keeps each mail as `<dataDir>/mail/<message id>.eml` instead of sending it, for trying Signpost out. A repeated
 * attempt replaces its own file.
 */
export function createMailLog(dataDir: string, log: Logger): EmailTransport {
  return {
    async send(mail) {
      assertSafeMail(mail)
      const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
      const source = await new MailComposer({ ...toMessage(mail), newline: 'windows' }).compile().build()
      const folder = join(dataDir, 'mail')
      const name = `${mail.messageId.replace(/[^A-Za-z0-9.@_-]/g, '_').slice(0, 120)}.eml`
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // Links and codes stand in there: nobody but this user reads it, and nobody sees half a file.
      await writeFile(join(folder, `.${name}.part`), source, { mode: 0o600 })
      await rename(join(folder, `.${name}.part`), join(folder, name))
      log.info({ file: join('mail', name) }, 'mail kept, not sent (notifications.email.transport is log)')
    },
    close() {},
  }
}
