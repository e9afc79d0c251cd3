import { z } from 'zod'
import type { SignIn } from '../authentication/authenticate.ts'
import type { People } from '../intercepts/people.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Clock } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'

/** What clients are told about a person, by the names of OpenID Connect Core, section 5.1; `roles` is a usual addition. */
export interface Claims {
  /** The Matrix ID: the one name of an account that never changes. */
  readonly sub: string
  readonly preferred_username: string
  readonly name: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly phone_number?: string
  readonly phone_number_verified?: boolean
  readonly roles: readonly string[]
}

/** Which claims come with which scope. */
export const claimsOfScopes = {
  openid: ['sub'],
  profile: ['name', 'preferred_username'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  roles: ['roles'],
} as const

/** The people who have signed in of late, as their directory described them then. */
export interface Accounts {
  /** Keeps a person for as long as a session lives. */
  remember(user: SignIn, lifetimeMs: number): Promise<void>
  /** Null when the person has not signed in, or is no longer in the directory. */
  find(mxid: string): Promise<Claims | null>
}

const storedSchema = z.object({
  displayName: z.string().nullable(),
  threepids: z.array(z.object({ medium: z.enum(['email', 'msisdn']), address: z.string() })),
  roles: z.array(z.string()),
  /** Whether backends answered with a profile: then one that is gone means that the person is. */
  hasProfile: z.boolean(),
})

const MODEL = 'Account'

export function createOidcAccounts(storage: Pick<Storage, 'db'>, people: People, clock: Clock): Accounts {
  return {
    async remember({ mxid, displayName, threepids }, lifetimeMs) {
      const known = await people.profile(mxid)
      const stored: z.output<typeof storedSchema> = {
        displayName: displayName ?? known.displayName,
        threepids: [...(threepids.length > 0 ? threepids : known.threepids)],
        roles: [...known.roles],
        hasProfile: known.isKnown,
      }
      const values = { payload: JSON.stringify(stored), expires_at: clock.now() + lifetimeMs }
      await storage.db
        .insertInto('oidc_states')
        .values({ model: MODEL, id: mxid, uid: null, grant_id: null, consumed_at: null, ...values })
        .onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(values))
        .execute()
    },
    async find(mxid) {
      const row = await storage.db
        .selectFrom('oidc_states')
        .select('payload')
        .where('model', '=', MODEL)
        .where('id', '=', mxid)
        .where('expires_at', '>', clock.now())
        .executeTakeFirst()
      if (row === undefined) return null
      const stored = storedSchema.parse(JSON.parse(row.payload))
      if (stored.hasProfile) {
        const now = await people.profile(mxid)
        if (now.isWhole && !now.isKnown) return null
      }
      return claimsOf(mxid, stored)
    },
  }
}

/** Addresses are those of the organisation's directory, which is what "verified" says here. */
function claimsOf(mxid: string, { displayName, threepids, roles }: z.output<typeof storedSchema>): Claims {
  const localpart = parseUserId(mxid)?.localpart ?? mxid
  const first = (medium: ThreePid['medium']) => threepids.find((one) => one.medium === medium)?.address
  const [email, msisdn] = [first('email'), first('msisdn')]
  return {
    sub: mxid,
    preferred_username: localpart,
    name: displayName ?? localpart,
    ...(email === undefined ? {} : { email, email_verified: true }),
    ...(msisdn === undefined ? {} : { phone_number: `+${msisdn}`, phone_number_verified: true }),
    roles,
  }
}
