import type { SynapseConfig } from './config.ts'
import type { SynapseSchema } from './schema.ts'

/** What a statement is made of besides its values: the tables as they are, and what the operator wants. */
export interface Outline {
  readonly schema: SynapseSchema
  readonly config: SynapseConfig
  readonly dialect: 'sqlite' | 'postgres'
}

/**
 * Condition on `users u`: accounts that stand for people who can be reached. Accounts under a shadow ban stay, since
 * nobody is to notice one.
 */
export function isPerson({ schema, config }: Outline): string {
  const conditions = ['u.deactivated = 0', 'u.is_guest = 0']
  if (!config.includeAppservice) conditions.push('u.appservice_id IS NULL')
  // Synapse's own accounts for support and for notices; types of the operator's own are people.
  if (schema.has('users.user_type')) {
    conditions.push("coalesce(u.user_type, '') NOT IN ('support', 'bot')")
  }
  // Null stands for accounts that are older than the feature.
  if (schema.has('users.approved')) conditions.push('coalesce(u.approved, true)')
  if (schema.has('users.locked') && !config.includeLocked) conditions.push('NOT coalesce(u.locked, false)')
  if (schema.has('users.suspended') && !config.includeSuspended) {
    conditions.push('NOT coalesce(u.suspended, false)')
  }
  if (schema.has('erased_users.user_id')) {
    conditions.push('NOT EXISTS (SELECT 1 FROM erased_users e WHERE e.user_id = u.name)')
  }
  return conditions.join(' AND ')
}

/** Localpart of `users u`; wants `:suffix`, the colon and the domain. A localpart has no colon of its own. */
export const localpart = "replace(substr(u.name, 2), :suffix, '')"

/**
 * Joins `profiles p` to `users u`; wants `:suffix`. By the localpart as long as there is that column: Synapse has always
 * had an index on it, and filled the one with whole user IDs in the background.
 */
export function joinProfile({ schema }: Outline): string {
  return schema.has('profiles.user_id')
    ? `LEFT JOIN profiles p ON p.user_id = ${localpart}`
    : 'LEFT JOIN profiles p ON p.full_user_id = u.name'
}

/**
 * Table expression with `user_id`, `medium`, `address`, each combination once; wants `:idServers`, in small letters. An
 * address can be published at several identity servers.
 */
export function addressTable({ config: { addresses } }: Outline): string {
  const media = "medium IN ('email', 'msisdn')"
  const account = `SELECT user_id, medium, address FROM user_threepids WHERE ${media}`
  const published = `
    SELECT DISTINCT user_id, medium, address FROM user_threepid_id_server
    WHERE ${media} AND lower(id_server) IN (:idServers)`
  if (addresses === 'both') return `(${account} UNION ${published})`
  return `(${addresses === 'account' ? account : published})`
}
