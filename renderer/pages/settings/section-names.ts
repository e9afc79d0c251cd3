import type { PlainKey } from '../../texts/use-text.tsx'

/** The sections of the configuration, by the first part of their keys. */
export const sectionNames = {
  matrix: 'sectionMatrix',
  server: 'sectionServer',
  admin: 'sectionAdmin',
  storage: 'sectionStorage',
  accounts: 'sectionAccounts',
  lookup: 'sectionLookup',
  identityV1: 'sectionIdentityV1',
  validation: 'sectionValidation',
  associations: 'sectionAssociations',
  invitations: 'sectionInvitations',
  terms: 'sectionTerms',
  notifications: 'sectionNotifications',
  federation: 'sectionFederation',
  network: 'sectionNetwork',
  backup: 'sectionBackup',
  directory: 'sectionDirectory',
  authentication: 'sectionAuthentication',
  registration: 'sectionRegistration',
  profile: 'sectionProfile',
  roomInvites: 'sectionRoomInvites',
  appservice: 'sectionAppservice',
  signUp: 'sectionSignUp',
  migration: 'sectionMigration',
  activity: 'sectionActivity',
  rateLimits: 'sectionRateLimits',
} as const satisfies Record<string, PlainKey<'settings'>>

/** The text of a section's title; undefined for one that this console does not know. */
export const sectionName = (name: string): PlainKey<'settings'> | undefined =>
  (sectionNames as Readonly<Record<string, PlainKey<'settings'>>>)[name]
