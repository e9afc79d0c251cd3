import { z } from 'zod'
import type { Recorder } from '../activity/log/entry.ts'
import type { AskedBackend } from '../backends/ask.ts'
import { parseUserId, type UserId } from '../matrix/identifiers.ts'
import { canonicalAddress, isMedium, type ThreePid } from '../matrix/threepid.ts'
import type { Clock } from '../runtime.ts'
import { authenticate, type SignIn } from './authenticate.ts'
import { inTime } from './in-time.ts'
import { outcomes } from './login.ts'
import type { SignInAttempt, SignInEnd, SignInLimits } from './sign-in-limits.ts'

/** What password provider modules of homeservers ask. */
export const credentialsSchema = z.object({
  user: z.union([
    z.object({ id: z.string(), password: z.string() }),
    // Signpost's own module asks so, for people who sign in by address.
    z.object({ medium: z.string(), address: z.string(), password: z.string() }),
  ]),
})

export type Credentials = z.output<typeof credentialsSchema>['user']

export interface CheckCredentialsOptions {
  readonly backends: readonly AskedBackend[]
  readonly domain: () => string
  readonly limits: SignInLimits
  readonly recorder: Recorder
  readonly clock: Clock
  readonly find: (address: ThreePid) => Promise<string | null>
  /** How long whoever asks waits for all backends together, in milliseconds. */
  readonly patienceMs: () => number
}

/** Asks the backends for a password. Null: nobody accepts it, or nobody could be asked. Never says which. */
export async function checkCredentials(
  options: CheckCredentialsOptions,
  credentials: Credentials,
): Promise<SignIn | null> {
  return (await checkSignIn(options, credentials, { action: 'password', clientAddress: null })).user
}

/** Where a password was typed. */
export interface SignInPlace extends Omit<SignInAttempt, 'account'> {
  /** Of the activity log. */
  readonly action: string
}

/** The same, with the reason, for those who talk to the person. @throws MatrixError `M_LIMIT_EXCEEDED` */
export async function checkSignIn(
  options: CheckCredentialsOptions,
  credentials: Credentials,
  { action, ...place }: SignInPlace,
): Promise<{ readonly end: SignInEnd; readonly user: SignIn | null }> {
  const account = 'id' in credentials ? credentials.id : credentials.address
  return await options.limits.attempt({ account, ...place }, async () => {
    const begun = options.clock.now()
    const { end, user, userId, source, reason } = await checkInTime(options, credentials)
    options.recorder.record({
      kind: 'sign-in',
      action,
      outcome: outcomes[end],
      mxid: userId,
      source,
      reason,
      requester: { ip: place.clientAddress },
      durationMs: options.clock.now() - begun,
    })
    return { end, value: { end, user } }
  })
}

interface Verdict {
  readonly end: SignInEnd
  readonly user: SignIn | null
  /** Who was asked about, where that is one of our users. */
  readonly userId: string | null
  readonly source: string | null
  readonly reason: string | null
}

/**
 * Several backends that keep silent take longer together than whoever asks waits for: the homeserver could then no longer
 * ask its own database, and who has a password there would stay outside, too.
 */
async function checkInTime(options: CheckCredentialsOptions, credentials: Credentials): Promise<Verdict> {
  const id = 'id' in credentials ? credentials.id : null
  const user = id === null ? null : parseUserId(id)
  return await inTime(check(options, credentials), options.patienceMs(), {
    ...{ end: 'unclear', user: null, source: null },
    userId: user !== null && isOurs(user, options.domain()) ? id : null,
    reason: 'The backends took too long.',
  })
}

async function check(options: CheckCredentialsOptions, credentials: Credentials): Promise<Verdict> {
  const userId = await userIdOf(options, credentials)
  const user = userId === null ? null : parseUserId(userId)
  const denied = { end: 'denied', user: null, userId: null, source: null, reason: null } as const
  if (userId === null || user === null || !isOurs(user, options.domain()))
    return { ...denied, reason: 'The name is not that of a user of this homeserver.' }
  const { localpart, serverName: domain } = user
  const login = { userId, localpart, domain, password: credentials.password }
  const { verdict, user: found, source, sources } = await authenticate(options.backends, login)
  const reason = sources.map((asked) => `${asked.source}: ${asked.outcome}`).join(', ')
  if (found === null) return { ...denied, end: verdict === 'denied' ? 'denied' : 'unclear', userId, reason }
  if (found.mxid === userId) return { end: 'accepted', user: found, userId, source, reason: null }
  // Modules sign in whom they asked about, so an answer about somebody else must not be taken for theirs.
  return { ...denied, userId, source, reason: 'The backend accepted the password for another user.' }
}

async function userIdOf(options: CheckCredentialsOptions, credentials: Credentials): Promise<string | null> {
  if ('id' in credentials) return credentials.id
  const { medium } = credentials
  if (!isMedium(medium)) return null
  const address = canonicalAddress(medium, credentials.address)
  return address === null ? null : await options.find({ medium, address })
}

/**
 * Modules pass on what people typed. A localpart with capitals is never the account that the homeserver has: the module
 * of 2020 made a second one of it. Nor does a directory know about passwords of other servers' users.
 */
function isOurs({ localpart, serverName }: UserId, domain: string): boolean {
  return serverName === domain && localpart === localpart.toLowerCase()
}
