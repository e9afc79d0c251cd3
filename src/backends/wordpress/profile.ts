import type { Profile } from '../backend.ts'
import { userBehind } from './people.ts'
import { parsePhpValue } from './php-value.ts'
import type { WordpressSite } from './site.ts'

/** What the site knows of a user; null for strangers. WordPress keeps pictures elsewhere (Gravatar). */
export async function readProfile(
  site: WordpressSite,
  mxid: string,
  signal: AbortSignal,
): Promise<Profile | null> {
  const user = await userBehind(site, mxid, ['capabilities'], signal)
  if (user === null || user.person === null) return null
  const { displayName, addresses } = user.person
  return { displayName, threepids: addresses, roles: capabilityNames(user.capabilities), photo: null }
}

/** Roles, and rights that were given to the user alone: WordPress keeps both as keys of one array. */
export function capabilityNames(capabilities: string | null): readonly string[] {
  const value = capabilities === null ? null : parsePhpValue(capabilities)
  if (!(value instanceof Map)) return []
  // Older versions wrote "1" for true.
  return [...value].flatMap(([name, has]) => (has === true || has === 1 || has === '1' ? [name] : []))
}
