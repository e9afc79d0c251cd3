import { mailContract } from './mail-contract.ts'
import { outboxContract } from './outbox-contract.ts'
import { smsContract } from './sms-contract.ts'
import { templatesContract } from './templates-contract.ts'

/** What leaves for people: mails and text messages, their wording, and what waits to be sent. */
export const notificationsContract = {
  ...mailContract,
  ...smsContract,
  ...templatesContract,
  ...outboxContract,
}
