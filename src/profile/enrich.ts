import type { Config } from '../config/schema.ts'
import type { KnownProfile } from '../intercepts/people.ts'

type Settings = Config['profile']

/** What a profile of the homeserver is completed by; the rest of it stays as it is. */
export function enrichProfile(
  profile: Readonly<Record<string, unknown>>,
  known: KnownProfile,
  settings: Settings,
  isSignedIn: boolean,
): Record<string, unknown> {
  const { threepids, roles } = known
  return {
    ...profile,
    ...(namesFrom(profile['displayname'], known, settings) ? { displayname: known.displayName } : {}),
    ...(settings.threepids && isSignedIn ? { threepids } : {}),
    ...(settings.roles && isSignedIn ? { roles } : {}),
  }
}

/** Whether the name of the directory is shown instead of what the homeserver has. */
export function namesFrom(
  present: unknown,
  { displayName }: Pick<KnownProfile, 'displayName'>,
  { displayName: wanted }: Pick<Settings, 'displayName'>,
): boolean {
  if (displayName === null || wanted === 'off') return false
  return wanted === 'always' || typeof present !== 'string' || present === ''
}
