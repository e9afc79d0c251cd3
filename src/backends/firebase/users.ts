import { z } from 'zod'
import { readRecord, type ListedPerson } from '../person.ts'

/** A user as the API has them: members that are false or empty are left out. */
export const userShape = z.object({
  localId: z.string().min(1),
  displayName: z.string().nullish(),
  email: z.string().nullish(),
  emailVerified: z.boolean().nullish(),
  phoneNumber: z.string().nullish(),
  disabled: z.boolean().nullish(),
  /** Tokens of logins before it are revoked; seconds since the epoch, as text. */
  validSince: z.string().regex(/^\d+$/).nullish().catch(null),
})
export type FirebaseUser = z.output<typeof userShape>

/** What the API is asked to answer: password hashes have no business here. */
export const userFields = 'localId,displayName,email,emailVerified,phoneNumber,disabled,validSince'

export interface UserRules {
  readonly domain: string
  readonly unverifiedEmails: boolean
}

/**
 * The user id stands for the localpart as it is: Firebase's own ids have capitals, and two of them may differ in
 * nothing else.
 */
export function readUserRecord(user: FirebaseUser, rules: UserRules): ListedPerson {
  const isTrusted = user.emailVerified === true || rules.unverifiedEmails
  // `a:evil.org` must not make a Matrix ID of another domain; as a localpart it is refused for its colon.
  const isSuitable = !user.localId.includes(':')
  return readRecord(
    {
      key: user.localId,
      user: isSuitable ? `@${user.localId}:${rules.domain}` : user.localId,
      displayName: user.displayName ?? null,
      emails: isTrusted ? [user.email ?? ''] : [],
      phones: [user.phoneNumber ?? ''],
    },
    {
      domain: rules.domain,
      userType: isSuitable ? 'mxid' : 'localpart',
      unsuitable: 'reject',
      defaultCountry: null,
    },
  )
}
