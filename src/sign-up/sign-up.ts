import type { Recorder } from '../activity/log/entry.ts'
import type { Associations } from '../associations/associations.ts'
import type { Config } from '../config/schema.ts'
import type { People } from '../intercepts/people.ts'
import type { Invitation } from '../invitations/invitation.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { HomeserverAccounts, NewAccount, RegistrationProblem } from './homeserver-accounts.ts'
import { claimLink, readLink, releaseLink, useUpLink, type Link } from './links.ts'

export interface SignUpOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly people: People
  readonly accounts: HomeserverAccounts
  readonly associations: Associations
  readonly recorder: Recorder
}

export interface SignUpForm extends NewAccount {
  readonly token: string
  readonly repeated: string
}

export type SignUpProblem = RegistrationProblem | 'password-short' | 'password-differs'

export type SignUpOutcome =
  | { readonly result: 'signed-up'; readonly mxid: string }
  /** The form again. */
  | { readonly result: 'again'; readonly invitation: Invitation; readonly problem: SignUpProblem }
  | { readonly result: 'no-link'; readonly state: Exclude<Link['state'], 'open'> }

export interface SignUp {
  look(token: string): Promise<Link>
  submit(form: SignUpForm): Promise<SignUpOutcome>
}

type OpenLink = Extract<Link, { readonly state: 'open' }>
type Made =
  | { readonly result: 'registered'; readonly mxid: string }
  | { readonly result: 'refused'; readonly problem: SignUpProblem }

const namePattern = /^[a-z0-9._=-]{1,100}$/
const SHORTEST_PASSWORD = 8

/** Makes the accounts of people who were invited by address, on a homeserver where nobody else can register. */
export function createSignUp(options: SignUpOptions): SignUp {
  const { storage, runtime, config, people, accounts, associations, recorder } = options
  const now = () => runtime.clock.now()

  /** Someone's of the directory who has never signed in: whoever took it would be taken for them. */
  async function problemOfName(localpart: string): Promise<SignUpProblem | null> {
    const mxid = `@${localpart}:${config().matrix.domain}`
    const row = await storage.db
      .selectFrom('directory_people')
      .select('mxid')
      .where('mxid', '=', mxid)
      .limit(1)
      .executeTakeFirst()
    if (row !== undefined) return 'name-taken'
    const { isKnown, isWhole } = await people.profile(mxid)
    if (isKnown) return 'name-taken'
    return isWhole ? null : 'unavailable'
  }

  async function makeAccount(form: SignUpForm, lastLocalpart: string | null): Promise<Made> {
    const problem = await problemOfName(form.localpart)
    if (problem !== null) return { result: 'refused', problem }
    const made = await accounts.register(form)
    if (made.result === 'registered') return made
    // An attempt whose answer was lost may have made it.
    if (made.problem === 'name-taken' && lastLocalpart === form.localpart) {
      const mxid = await accounts.signIn(form)
      if (mxid !== null) return { result: 'registered', mxid }
    }
    if (made.problem === 'unavailable') {
      runtime.log.warn({ reason: made.reason }, 'the homeserver makes no account for an invited person')
    }
    return made
  }

  async function attempt(form: SignUpForm, { invitation, lastLocalpart }: OpenLink): Promise<SignUpOutcome> {
    const made = await makeAccount(form, lastLocalpart)
    if (made.result === 'refused') return { result: 'again', invitation, problem: made.problem }
    const { mxid } = made
    const address = { medium: 'email', address: invitation.address } as const
    await associations.bind(address, mxid)
    await useUpLink(storage, now(), form.token, mxid)
    const requester = { ip: form.ip }
    recorder.record({ kind: 'sign-in', action: 'sign-up', outcome: 'ok', address, mxid, requester })
    return { result: 'signed-up', mxid }
  }

  return {
    look: async (token) => await readLink(storage.db, token, now()),
    async submit(form) {
      const problem = problemOf(form)
      const link =
        problem === null
          ? await claimLink(storage, now(), form.token, form.localpart)
          : await readLink(storage.db, form.token, now())
      if (link.state !== 'open') return { result: 'no-link', state: link.state }
      if (problem !== null) return { result: 'again', invitation: link.invitation, problem }
      try {
        const outcome = await attempt(form, link)
        if (outcome.result === 'again') await releaseLink(storage, form.token)
        return outcome
      } catch (error) {
        await releaseLink(storage, form.token)
        if (!(error instanceof MatrixError)) throw error
        return { result: 'again', invitation: link.invitation, problem: 'unavailable' }
      }
    },
  }
}

function problemOf({ localpart, password, repeated }: SignUpForm): SignUpProblem | null {
  if (!namePattern.test(localpart)) return 'name-invalid'
  if (localpart.startsWith('_')) return 'name-reserved'
  if ([...password].length < SHORTEST_PASSWORD) return 'password-short'
  return password === repeated ? null : 'password-differs'
}
