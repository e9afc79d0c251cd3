import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { freePort } from '../../support/free-port.ts'
import { json, startHttpPeer } from '../../support/http-peer.ts'
import { withConfig, type Break } from './break.ts'
import type { BreakableWorld } from './doctor-world.ts'

type Notifications = NonNullable<BreakableWorld['config']['notifications']>
type Smtp = NonNullable<NonNullable<Notifications['email']>['smtp']>

const withMail = (email: NonNullable<Notifications['email']>) =>
  withConfig((config) => ({
    ...config,
    notifications: { ...config.notifications, email: { ...config.notifications?.email, ...email } },
  }))

const withSmtp = (change: Partial<Smtp>) =>
  withConfig((config) => {
    const { notifications } = config
    const smtp = { ...notifications?.email?.smtp, ...change }
    return { ...config, notifications: { ...notifications, email: { ...notifications?.email, smtp } } }
  })

const withSms = (sms: NonNullable<Notifications['sms']>) =>
  withConfig((config) => ({ ...config, notifications: { ...config.notifications, sms } }))

const twilio = (url: string) => ({
  transport: 'twilio' as const,
  twilio: { accountSid: 'AC1', authToken: 'token', from: '+4930901820', url },
})

export const notificationFaults: readonly Break[] = [
  {
    name: 'nothing listens where the mail server should be',
    inject: async (world) => withSmtp({ port: await freePort() })(world),
    finds: ['mail-unreachable'],
  },
  {
    name: 'the mail server turns Signpost away',
    async inject(world) {
      const other = createServer((socket) => socket.end('554 5.7.1 this network is not welcome\r\n'))
      await once(other.listen(0, '127.0.0.1'), 'listening')
      const mend = await withSmtp({ port: (other.address() as AddressInfo).port })(world)
      return async () => {
        await mend?.()
        other.close()
      }
    },
    finds: ['mail-refused'],
  },
  {
    name: 'the authority of the mail server is not trusted',
    inject: withSmtp({ caFile: null }),
    finds: ['mail-tls'],
  },
  {
    name: 'the mail server does not accept the password',
    inject: withSmtp({ password: 'wrong' }),
    finds: ['mail-login'],
  },
  { name: 'mails are only kept', inject: withMail({ transport: 'log' }), finds: ['mail-not-sent'] },
  { name: 'mail is switched off', inject: withMail({ transport: 'none' }), finds: ['mail-off'] },
  {
    name: 'the gateway for text messages does not accept the login',
    async inject(world) {
      const gateway = await startHttpPeer({ handler: json(401, { code: 20003, message: 'Authenticate' }) })
      const mend = await withSms(twilio(`http://127.0.0.1:${gateway.port}`))(world)
      return async () => {
        await mend?.()
        await gateway.close()
      }
    },
    finds: ['sms-login'],
  },
  { name: 'text messages are only kept', inject: withSms({ transport: 'log' }), finds: ['sms-not-sent'] },
  {
    name: 'the token of the gateway for text messages is gone',
    inject: withSms({
      transport: 'twilio',
      twilio: { ...twilio('https://api.twilio.com').twilio, authToken: { file: 'gone.txt' } },
    }),
    finds: ['secret-unreadable (notifications.sms.twilio.authToken)', 'sms-settings'],
  },
  {
    name: 'the gateway for text messages is down',
    inject: async (world) =>
      withSms({ transport: 'http', http: { url: `http://127.0.0.1:${await freePort()}/send?to={to}` } })(
        world,
      ),
    finds: ['sms-unreachable'],
  },
]
