import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Logger } from '../../runtime.ts'
import { assertNumber, type SmsTransport } from './transport.ts'

/** Keeps each message as a text file in `<dataDir>/sms/` instead of sending it, for trying Signpost out. */
export function createSmsLog(dataDir: string, clock: Clock, log: Logger): SmsTransport {
  return {
    async send({ to, text }) {
      assertNumber(to)
      const folder = join(dataDir, 'sms')
      const digest = createHash('sha256').update(`${to}\0${text}`).digest('hex').slice(0, 16)
      const name = `${new Date(clock.now()).toISOString().replaceAll(':', '-')}-${digest}.txt`
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(join(folder, name), `To: +${to}\n\n${text}\n`, { mode: 0o600 })
      log.info(
        { file: join('sms', name) },
        'text message kept, not sent (notifications.sms.transport is log)',
      )
    },
  }
}
