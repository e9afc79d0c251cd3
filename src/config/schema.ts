import { z } from 'zod'
import { accountsSection } from './sections/accounts.ts'
import { appserviceSection, signUpSection } from './sections/appservice.ts'
import { backupSection } from './sections/backup.ts'
import { federationSection } from './sections/federation.ts'
import {
  associationsSection,
  identityV1Section,
  invitationsSection,
  lookupSection,
  termsSection,
  validationSection,
} from './sections/identity.ts'
import {
  authenticationSection,
  directorySection,
  profileSection,
  registrationSection,
  roomInvitesSection,
} from './sections/integrations.ts'
import { matrixSection } from './sections/matrix.ts'
import { migrationSection } from './sections/migration.ts'
import { notificationsSection } from './sections/notifications.ts'
import { activitySection, backendsSection, networkSection, rateLimitsSection } from './sections/operations.ts'
import { adminSection, serverSection, storageSection } from './sections/server.ts'

/**
 * Everything that can stand in `signpost.yaml`: types, defaults, units, texts and "needs restart", in one place. The
 * reference in `docs/`, the JSON Schema and the settings page are generated from it.
 */
export const configSchema = z.strictObject({
  matrix: matrixSection.prefault({}),
  server: serverSection.prefault({}),
  admin: adminSection.prefault({}),
  storage: storageSection.prefault({ type: 'sqlite' }),
  accounts: accountsSection.prefault({}),
  lookup: lookupSection.prefault({}),
  identityV1: identityV1Section.prefault({}),
  validation: validationSection.prefault({}),
  associations: associationsSection.prefault({}),
  invitations: invitationsSection.prefault({}),
  terms: termsSection,
  notifications: notificationsSection.prefault({}),
  federation: federationSection.prefault({}),
  network: networkSection.prefault({}),
  backends: backendsSection,
  backup: backupSection.prefault({}),
  directory: directorySection.prefault({}),
  authentication: authenticationSection.prefault({}),
  registration: registrationSection.prefault({}),
  profile: profileSection.prefault({}),
  roomInvites: roomInvitesSection.prefault({}),
  appservice: appserviceSection.prefault({}),
  signUp: signUpSection.prefault({}),
  migration: migrationSection.prefault({}),
  activity: activitySection.prefault({}),
  rateLimits: rateLimitsSection.prefault({}),
})

/** The configuration as the file says it (durations as text, defaults left out). */
export type ConfigInput = z.input<typeof configSchema>

/** The configuration as the code uses it (durations in milliseconds, defaults filled in). Secrets stay sources. */
export type Config = z.output<typeof configSchema>
