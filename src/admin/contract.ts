import { activityContract } from './activity/contract.ts'
import { backendsContract } from './backends/contract.ts'
import { backupsContract } from './backups/contract.ts'
import { changesContract } from './changes/contract.ts'
import { chartsContract } from './charts/contract.ts'
import { doctorContract } from './doctor/contract.ts'
import { eventsContract } from './events/contract.ts'
import { gatewayContract } from './gateway/contract.ts'
import { integrationsContract } from './integrations/contract.ts'
import { invitationsContract } from './invitations/contract.ts'
import { inviteListsContract } from './invite-lists/contract.ts'
import { associationsContract } from './associations/contract.ts'
import { federationContract } from './federation/contract.ts'
import { policiesContract } from './policies/contract.ts'
import { jobsContract } from './jobs/contract.ts'
import { keysContract } from './keys/contract.ts'
import { listContract } from './list/contract.ts'
import { lookupContract } from './lookup/contract.ts'
import { mapContract } from './map/contract.ts'
import { notificationsContract } from './notifications/contract.ts'
import { overviewContract } from './overview/contract.ts'
import { personalDataContract } from './personal-data/contract.ts'
import { restartContract } from './restart/contract.ts'
import { sessionContract } from './session/contract.ts'
import { settingsContract } from './settings/contract.ts'
import { takeOverContract } from './take-over/contract.ts'
import { takeOverProgressContract } from './take-over/progress-contract.ts'
import { wizardContract } from './wizard/contract.ts'

/**
 * The admin API: the one description from which the routes, the client of the console, the reference and the tests are
 * made. Each part of the console has its own part here.
 */
export const contract = {
  ...sessionContract,
  ...restartContract,
  ...activityContract,
  ...backendsContract,
  ...listContract,
  ...lookupContract,
  ...changesContract,
  ...chartsContract,
  ...eventsContract,
  ...invitationsContract,
  ...inviteListsContract,
  ...associationsContract,
  ...federationContract,
  ...policiesContract,
  ...jobsContract,
  ...mapContract,
  ...overviewContract,
  ...settingsContract,
  ...keysContract,
  ...backupsContract,
  ...personalDataContract,
  ...wizardContract,
  ...takeOverContract,
  ...takeOverProgressContract,
  ...doctorContract,
  ...gatewayContract,
  ...integrationsContract,
  ...notificationsContract,
}

export type AdminContract = typeof contract
