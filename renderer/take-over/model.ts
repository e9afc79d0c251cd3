import type { AnswerOf, Input } from '../api/client.ts'
import type { PlainKey } from '../texts/use-text.tsx'

export type TakeOver = AnswerOf<'GET /api/take-over'>
export type Source = Input<'POST /api/take-over/look'>['body']
export type Looked = NonNullable<TakeOver['looked']>
export type Report = Looked['report']
export type Part = TakeOver['sent'][number]['part']
export type Kind = Source['kind']

export const kinds = ['ma1sd', 'mxisd', 'sydent'] as const satisfies readonly Kind[]

export const productNames = {
  ma1sd: 'ma1sd',
  mxisd: 'mxisd',
  sydent: 'Sydent',
} as const satisfies Record<Kind, string>

export const usualPaths = {
  ma1sd: '/etc/ma1sd/ma1sd.yaml',
  mxisd: '/etc/mxisd/mxisd.yaml',
  sydent: '/etc/sydent/sydent.conf',
} as const satisfies Record<Kind, string>

const steps = {
  keys: 'step_keys',
  data: 'step_data',
  settings: 'step_settings',
  associations: 'step_associations',
  invitations: 'step_invitations',
  invitationKeys: 'step_invitationKeys',
  accounts: 'step_accounts',
  tokens: 'step_tokens',
  terms: 'step_terms',
  sessions: 'step_sessions',
} as const satisfies Record<string, PlainKey<'take-over'>>

/** The words for what is being read or written; null for what this console does not know. */
export const stepText = (step: string | null): PlainKey<'take-over'> | null =>
  step !== null && step in steps ? steps[step as keyof typeof steps] : null

export const sectionText = (section: Report['sections'][number]['section']): PlainKey<'take-over'> =>
  steps[section]
