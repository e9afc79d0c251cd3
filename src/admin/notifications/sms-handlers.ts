import { DeliveryError } from '../../notify/delivery-error.ts'
import { createSmsTransport } from '../../notify/sms/create.ts'
import type { Handlers } from '../api/serve.ts'
import { deliveryFix } from './delivery-fixes.ts'
import type { MailOptions } from './mail-handlers.ts'
import type { smsContract } from './sms-contract.ts'
import { loadTrial } from './trial-settings.ts'

export function createSmsHandlers(options: MailOptions): Handlers<typeof smsContract> {
  const { dataDir, runtime, secrets, http } = options
  return {
    async 'POST /api/notifications/sms/test'({ body: { to, sms, language, draft } }) {
      const { notifications, matrix } = await loadTrial(options, 'sms', { draft, section: sms ?? null })
      const { transport } = notifications.sms
      const sender = createSmsTransport(notifications.sms, {
        http: http(),
        dataDir,
        clock: runtime.clock,
        log: runtime.log,
        readSecret: (source) => secrets.read(source, 'notifications.sms'),
      })
      try {
        await sender.send({ to: to.replaceAll(/[\s()/.+-]/g, ''), text: wordsIn(language)(matrix.domain) })
        return { accepted: true, transport }
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error
        const { code, detail } = error
        return { accepted: false, transport, failure: { code, detail, fix: deliveryFix(code) } }
      }
    },
  }
}

function wordsIn(language: string): (domain: string) => string {
  return language.startsWith('de')
    ? (domain) => `Testnachricht von Signpost (${domain}). Es ist nichts zu tun.`
    : (domain) => `Test message from Signpost (${domain}). There is nothing to do.`
}
