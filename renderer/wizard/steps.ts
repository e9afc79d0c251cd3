import type { PlainKey } from '../texts/use-text.tsx'

export const stepIds = [
  'start',
  'domain',
  'tls',
  'backends',
  'mail',
  'federation',
  'policies',
  'integrations',
  'homeserver',
  'finish',
] as const

export type StepId = (typeof stepIds)[number]

export const isStep = (text: string | undefined): text is StepId => stepIds.some((step) => step === text)

export const stepNames = {
  start: 'stepStart',
  domain: 'stepDomain',
  tls: 'stepTls',
  backends: 'stepBackends',
  mail: 'stepMail',
  federation: 'stepFederation',
  policies: 'stepPolicies',
  integrations: 'stepIntegrations',
  homeserver: 'stepHomeserver',
  finish: 'stepFinish',
} as const satisfies Record<StepId, PlainKey<'wizard'>>

export const pathOf = (step: StepId): string => `/wizard/${step}`

/** The neighbour of a step; itself at the ends. */
export function neighbour(step: StepId, by: 1 | -1): StepId {
  return stepIds[stepIds.indexOf(step) + by] ?? step
}
