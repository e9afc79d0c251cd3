import { mailContract } from './mail-contract.ts'

export const notificationsContract = {
  ...mailContract,
}
