import { z } from 'zod'
import type { Finding } from '../config/problems.ts'
import { execSection } from './exec/config.ts'
import { execRules } from './exec/rules.ts'
import { firebaseSection } from './firebase/config.ts'
import { ldapSection } from './ldap/config.ts'
import { listSection } from './list/config.ts'
import { restRules, restSection } from './rest/config.ts'
import { sqlSection } from './sql/config.ts'
import { synapseRules, synapseSection } from './synapse/config.ts'
import { wordpressSection } from './wordpress/config.ts'

/** What may stand under `backends`: one section a kind. */
export const backendSections = z.discriminatedUnion('type', [
  listSection,
  ldapSection,
  sqlSection,
  synapseSection,
  restSection,
  execSection,
  wordpressSection,
  firebaseSection,
])

export type BackendConfig = z.output<typeof backendSections>
export type BackendType = BackendConfig['type']

/** What a schema cannot say about one section. `keys` of the findings start within the section. */
type Rules<T extends BackendType> = (config: Extract<BackendConfig, { type: T }>) => Iterable<Finding>

const rules: { readonly [T in BackendType]?: Rules<T> } = {
  rest: restRules,
  exec: execRules,
  synapse: synapseRules,
}

/** The rules of the section's own kind. */
export function checkSection(config: BackendConfig): Iterable<Finding> {
  return (rules[config.type] as Rules<BackendType> | undefined)?.(config) ?? []
}
