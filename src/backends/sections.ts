import { z } from 'zod'
import type { Finding } from '../config/problems.ts'
import { execSection } from './exec/config.ts'
import { execRules } from './exec/rules.ts'
import { firebaseSection } from './firebase/config.ts'
import { ldapSection } from './ldap/config.ts'
import { ldapRules } from './ldap/rules.ts'
import { listSection } from './list/config.ts'
import { restRules, restSection } from './rest/config.ts'
import { sqlRules, sqlSection } from './sql/config.ts'
import { synapseRules, synapseSection } from './synapse/config.ts'
import { wordpressRules, wordpressSection } from './wordpress/config.ts'

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
  ldap: ldapRules,
  rest: restRules,
  exec: execRules,
  sql: sqlRules,
  synapse: synapseRules,
  wordpress: wordpressRules,
}

type CanList<T extends BackendType> = (config: Extract<BackendConfig, { type: T }>) => boolean

/** Kinds that list their people only with a part of their settings; all others always do. */
const listable: { readonly [T in BackendType]?: CanList<T> } = {
  // Its people are in storage already.
  list: () => false,
  sql: ({ table, queries }) => table !== undefined || queries.list !== undefined,
  rest: ({ endpoints }) => endpoints.list !== '',
  exec: ({ list }) => list.command !== null,
  wordpress: ({ connection }) => connection !== undefined,
}

/** Whether a backend can list its people, as its mirror needs. */
export function canList(config: BackendConfig): boolean {
  return (listable[config.type] as CanList<BackendType> | undefined)?.(config) ?? true
}

/** The rules of the section's own kind. */
export function checkSection(config: BackendConfig): Iterable<Finding> {
  return (rules[config.type] as Rules<BackendType> | undefined)?.(config) ?? []
}
