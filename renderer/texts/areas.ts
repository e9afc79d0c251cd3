/** Every table of texts: one file per area in `en/` and `de/`, loaded when a page of it is shown. */
export interface TextAreas {
  readonly shell: typeof import('./en/shell.ts').texts
  readonly common: typeof import('./en/common.ts').texts
  readonly errors: typeof import('./en/errors.ts').texts
  readonly session: typeof import('./en/session.ts').texts
  readonly map: typeof import('./en/map.ts').texts
  readonly activity: typeof import('./en/activity.ts').texts
  readonly invitations: typeof import('./en/invitations.ts').texts
  readonly associations: typeof import('./en/associations.ts').texts
  readonly backends: typeof import('./en/backends.ts').texts
  readonly homeserver: typeof import('./en/homeserver.ts').texts
  readonly integrations: typeof import('./en/integrations.ts').texts
  readonly 'integration-tools': typeof import('./en/integration-tools.ts').texts
  readonly federation: typeof import('./en/federation.ts').texts
  readonly notifications: typeof import('./en/notifications.ts').texts
  readonly tls: typeof import('./en/tls.ts').texts
  readonly policies: typeof import('./en/policies.ts').texts
  readonly security: typeof import('./en/security.ts').texts
  readonly backups: typeof import('./en/backups.ts').texts
  readonly 'take-over': typeof import('./en/take-over.ts').texts
  readonly doctor: typeof import('./en/doctor.ts').texts
  readonly charts: typeof import('./en/charts.ts').texts
  readonly settings: typeof import('./en/settings.ts').texts
  readonly changes: typeof import('./en/changes.ts').texts
  readonly wizard: typeof import('./en/wizard.ts').texts
  readonly 'wizard-connect': typeof import('./en/wizard-connect.ts').texts
  readonly 'wizard-people': typeof import('./en/wizard-people.ts').texts
  readonly 'wizard-services': typeof import('./en/wizard-services.ts').texts
  readonly 'wizard-finish': typeof import('./en/wizard-finish.ts').texts
}

export type Area = keyof TextAreas

/** Tables with other languages for what the server itself says in English, by its codes. */
export type Glossary = 'settings-keys' | 'doctor-codes' | 'import-rules'

/** Loaded before anything is drawn; the others come with their pages. */
export const firstAreas = ['shell', 'common', 'errors', 'session'] as const satisfies readonly Area[]

export const wizardAreas = [
  'wizard',
  'wizard-connect',
  'wizard-people',
  'wizard-services',
  'wizard-finish',
  'integrations',
] as const satisfies readonly Area[]
