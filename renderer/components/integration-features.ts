import {
  IconBadge,
  IconBrowser,
  IconKey,
  IconLogin2,
  IconMailPlus,
  IconRobot,
  IconSearch,
  IconUserCheck,
  IconUserPlus,
} from '@tabler/icons-react'
import type { AnswerOf } from '../api/client.ts'
import type { PlainKey, TextKey } from '../texts/use-text.tsx'

export type FeatureState = AnswerOf<'GET /api/integrations'>['features'][number]
export type FeatureId = FeatureState['id']
type Key = PlainKey<'integrations'>
type Fields = readonly (readonly [path: string, label: Key])[]

/** What the console knows of a feature besides its state. */
export interface Feature {
  readonly name: Key
  /** What it does, as a sentence for people. */
  readonly what: Key
  readonly icon: typeof IconSearch
  /** The key of the configuration that switches it on. */
  readonly switch: string
  /** Codes of the doctor's checks. */
  readonly checks: readonly string[]
  /** What has to be done elsewhere. */
  readonly needs: readonly Key[]
  /** Why Matrix Authentication Service leaves no place for it. */
  readonly withoutMas?: Key
  /** Why only Synapse has what it needs. */
  readonly onlySynapse?: TextKey<'integrations'> & ('kindPasswords' | 'kindSignUp')
  readonly fields: Fields
  readonly more?: Fields
}

/** Of those whose requests pass through Signpost to the homeserver. */
const passing = ['routes', 'intercepts']

export const features: Readonly<Record<FeatureId, Feature>> = {
  search: {
    ...{ name: 'search', what: 'searchWhat', icon: IconSearch, switch: 'directory.enabled' },
    checks: [...passing, 'directory-search'],
    needs: ['needProxy'],
    fields: [
      ['directory.homeserver', 'fHomeserverResults'],
      ['directory.searchThreepids', 'fThreepids'],
      ['directory.exclude', 'fExclude'],
    ],
    more: [['directory.groups', 'fGroups']],
  },
  passwords: {
    ...{ name: 'passwords', what: 'passwordsWhat', icon: IconKey, switch: 'authentication.provider.enabled' },
    checks: ['password-provider'],
    needs: ['needModule'],
    withoutMas: 'masPasswords',
    onlySynapse: 'kindPasswords',
    fields: [['authentication.provider.allow', 'fAllow']],
    more: [['authentication.provider.secret', 'fProviderSecret']],
  },
  'sign-in': {
    ...{ name: 'signIn', what: 'signInWhat', icon: IconLogin2, switch: 'authentication.enabled' },
    checks: passing,
    needs: ['needProxy'],
    withoutMas: 'masSignIn',
    fields: [['authentication.foldCase', 'fFoldCase']],
    more: [['authentication.rewrite', 'fRewrite']],
  },
  oidc: {
    ...{ name: 'oidc', what: 'oidcWhat', icon: IconBrowser, switch: 'authentication.oidc.enabled' },
    checks: ['routes', 'openid-provider', 'authentication-service'],
    needs: ['needProxy', 'needClient'],
    fields: [
      ['authentication.oidc.sessionLifetime', 'fSession'],
      ['authentication.oidc.rotateKeysEvery', 'fRotate'],
    ],
  },
  registration: {
    ...{
      name: 'registration',
      what: 'registrationWhat',
      icon: IconUserCheck,
      switch: 'registration.enabled',
    },
    checks: passing,
    needs: ['needProxy'],
    withoutMas: 'masRegistration',
    fields: [
      ['registration.invited', 'fInvited'],
      ['registration.members', 'fMembers'],
      ['registration.domains.allow', 'fDomainsAllow'],
      ['registration.domains.deny', 'fDomainsDeny'],
      ['registration.others', 'fOthers'],
    ],
    more: [
      ['registration.patterns.allow', 'fPatternsAllow'],
      ['registration.patterns.deny', 'fPatternsDeny'],
    ],
  },
  'sign-up': {
    ...{ name: 'signUp', what: 'signUpWhat', icon: IconUserPlus, switch: 'signUp.enabled' },
    checks: ['routes', 'sign-up'],
    needs: ['needProxy', 'needToken'],
    withoutMas: 'masSignUp',
    onlySynapse: 'kindSignUp',
    fields: [
      ['signUp.adminToken', 'fAdminToken'],
      ['signUp.roles', 'fSignUpRoles'],
      ['signUp.users', 'fSignUpUsers'],
    ],
  },
  profile: {
    ...{ name: 'profile', what: 'profileWhat', icon: IconBadge, switch: 'profile.enabled' },
    checks: passing,
    needs: ['needProxy'],
    fields: [
      ['profile.displayName', 'fDisplayName'],
      ['profile.threepids', 'fShowThreepids'],
      ['profile.roles', 'fShowRoles'],
    ],
  },
  'room-invites': {
    ...{ name: 'roomInvites', what: 'roomInvitesWhat', icon: IconMailPlus, switch: 'roomInvites.enabled' },
    checks: passing,
    needs: ['needProxy'],
    fields: [
      ['roomInvites.roles', 'fInviterRoles'],
      ['roomInvites.users', 'fInviterUsers'],
    ],
  },
  appservice: {
    ...{ name: 'appservice', what: 'appserviceWhat', icon: IconRobot, switch: 'appservice.enabled' },
    checks: ['application-service'],
    needs: ['needRegistration'],
    fields: [
      ['appservice.bot.enabled', 'fBot'],
      ['appservice.bot.users', 'fBotUsers'],
      ['appservice.bot.roles', 'fBotRoles'],
      ['appservice.bot.adminRoom', 'fAdminRoom'],
      ['appservice.bot.weeklySummary', 'fWeekly'],
      ['appservice.invited.enabled', 'fMailInvited'],
      ['appservice.rejectExpired.enabled', 'fReject'],
    ],
    more: [
      ['appservice.invited.maxAge', 'fMaxAge'],
      ['appservice.rejectExpired.localpart', 'fRejectAs'],
      ['appservice.id', 'fId'],
      ['appservice.url', 'fUrl'],
      ['appservice.senderLocalpart', 'fSender'],
    ],
  },
}

export const isFeature = (text: string | undefined): text is FeatureId =>
  text !== undefined && Object.hasOwn(features, text)

export const pathOf = (id: FeatureId): string => `/integrations/${id}`

/** What leaves no place for a feature: who signs people in, or what the homeserver is. */
export type Obstacle = 'mas' | 'kind'

type Found = NonNullable<AnswerOf<'GET /api/gateway/homeserver'>['homeserver']>

/** Why the homeserver leaves no place for a feature; null where it does, or nothing is known. */
export function obstacleOf(
  id: FeatureId,
  homeserver: Pick<Found, 'kind' | 'usesMas'> | null,
): Obstacle | null {
  if (homeserver === null) return null
  const { withoutMas, onlySynapse } = features[id]
  if (homeserver.usesMas && withoutMas !== undefined) return 'mas'
  const isOther = homeserver.kind !== 'synapse' && homeserver.kind !== 'unknown'
  return isOther && onlySynapse !== undefined ? 'kind' : null
}
