import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import type { SecretReader } from '../config/secrets.ts'
import { readAnswer, type HomeserverApi } from '../intercepts/homeserver.ts'
import type { HttpResponse } from '../net/http-client.ts'
import type { Clock } from '../runtime.ts'

/** Why the homeserver makes no account: the person can do something about all but the last two. */
export type RegistrationProblem =
  'name-invalid' | 'name-taken' | 'name-reserved' | 'password-weak' | 'busy' | 'unavailable'

export type Registered =
  | { readonly result: 'registered'; readonly mxid: string }
  /** `reason`: for the operator, without secrets. */
  | { readonly result: 'refused'; readonly problem: RegistrationProblem; readonly reason: string }

export interface NewAccount {
  readonly localpart: string
  readonly password: string
  /** Address of the client. */
  readonly ip: string
}

/** Makes accounts on a homeserver whose registration needs a token. */
export interface HomeserverAccounts {
  /** A registration token for one account. @throws NoTokens, MatrixError 502 or 504 */
  makeToken(lifetimeMs?: number): Promise<string>
  /** @throws MatrixError 502 or 504 */
  isValid(token: string): Promise<boolean>
  /** The ways to register that the homeserver has, each a list of stages; null: it lets nobody register. */
  flows(): Promise<readonly (readonly string[])[] | null>
  register(account: NewAccount): Promise<Registered>
  /** The user, if the password is theirs: their registration succeeded and nobody heard of it. */
  signIn(account: NewAccount): Promise<string | null>
}

/** The homeserver makes no registration tokens for us. */
export class NoTokens extends Error {
  override readonly name = 'NoTokens'
  readonly status: number
  readonly errcode: string | null

  constructor(status: number, errcode: string | null) {
    super(`The homeserver answered ${status}${errcode === null ? '' : ` ${errcode}`}.`)
    this.status = status
    this.errcode = errcode
  }
}

export interface HomeserverAccountsOptions {
  readonly config: () => Config
  readonly secrets: SecretReader
  readonly homeserver: HomeserverApi
  readonly clock: Clock
}

/** The stage of a registration with a token (Client-Server API, "Token-authenticated registration"). */
export const tokenStage = 'm.login.registration_token'
/** Stages that need nobody to do anything. */
const ownStages = new Set([tokenStage, 'm.login.dummy'])
const registerPath = '/_matrix/client/v3/register'
const tokenPath = '/_synapse/admin/v1/registration_tokens/new'
const TOKEN_LIFETIME_MS = 10 * 60_000

const tokenSchema = z.looseObject({ token: z.string().min(1) })
const validitySchema = z.looseObject({ valid: z.boolean() })
const uiaSchema = z.looseObject({
  session: z.string(),
  flows: z.array(z.looseObject({ stages: z.array(z.string()) })),
  errcode: z.string().optional(),
})
const accountSchema = z.looseObject({ user_id: z.string() })
const sessionSchema = accountSchema.extend({ access_token: z.string() })
const errorSchema = z.looseObject({ errcode: z.string() })

export function createHomeserverAccounts(options: HomeserverAccountsOptions): HomeserverAccounts {
  const { config, secrets, homeserver, clock } = options
  const post = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    await homeserver.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  async function makeToken(lifetimeMs = TOKEN_LIFETIME_MS): Promise<string> {
    const { adminToken } = config().signUp
    if (adminToken === null) throw new NoTokens(401, 'M_MISSING_TOKEN')
    const authorization = `Bearer ${await secrets.read(adminToken, 'signUp.adminToken')}`
    const wish = { uses_allowed: 1, expiry_time: clock.now() + lifetimeMs, length: 64 }
    const answer = await post(tokenPath, wish, { authorization })
    const made = answer.status === 200 ? readAnswer(answer, tokenSchema) : null
    if (made === null) throw new NoTokens(answer.status, errcodeOf(answer))
    return made.token
  }

  async function register({ localpart, password, ip }: NewAccount): Promise<Registered> {
    // Homeservers limit registrations by the address that asks.
    const from = { 'x-forwarded-for': ip }
    const wish = { username: localpart, password, inhibit_login: true }
    const first = await post(registerPath, wish, from)
    const uia = first.status === 401 ? readAnswer(first, uiaSchema) : null
    if (uia === null) return refusalOf(first)
    const flow = uia.flows.find(({ stages }) => stages.includes(tokenStage) && stages.every(isOwnStage))
    if (flow === undefined) return unavailable('The homeserver takes no registration token, or wants more.')
    const token = await makeToken()
    let last = first
    for (const type of flow.stages) {
      const auth = { type, session: uia.session, ...(type === tokenStage ? { token } : {}) }
      last = await post(registerPath, { ...wish, auth }, from)
      if (last.status !== 401) break
    }
    const account = last.status === 200 ? readAnswer(last, accountSchema) : null
    return account === null ? refusalOf(last) : { result: 'registered', mxid: account.user_id }
  }

  return {
    makeToken,
    async isValid(token) {
      const query = `?token=${encodeURIComponent(token)}`
      const path = `/_matrix/client/v1/register/${tokenStage}/validity`
      const answer = await homeserver.request({ method: 'GET', path, query, headers: {} })
      return readAnswer(answer, validitySchema)?.valid === true
    },
    async flows() {
      const answer = await post(registerPath, {})
      const uia = answer.status === 401 ? readAnswer(answer, uiaSchema) : null
      return uia === null ? null : uia.flows.map(({ stages }) => stages)
    },
    async register(account) {
      try {
        return await register(account)
      } catch (error) {
        if (error instanceof NoTokens) return unavailable(`No registration token was made: ${error.message}`)
        throw error
      }
    },
    async signIn({ localpart, password, ip }) {
      const identifier = { type: 'm.id.user', user: localpart }
      const wish = { type: 'm.login.password', identifier, password }
      const answer = await post('/_matrix/client/v3/login', wish, { 'x-forwarded-for': ip })
      const session = answer.status === 200 ? readAnswer(answer, sessionSchema) : null
      if (session === null) return null
      const authorization = `Bearer ${session.access_token}`
      await post('/_matrix/client/v3/logout', {}, { authorization })
      return session.user_id
    },
  }
}

const isOwnStage = (stage: string) => ownStages.has(stage)
const errcodeOf = (answer: HttpResponse) => readAnswer(answer, errorSchema)?.errcode ?? null
const unavailable = (reason: string): Registered => ({ result: 'refused', problem: 'unavailable', reason })

const problems: Readonly<Record<string, RegistrationProblem>> = {
  M_INVALID_USERNAME: 'name-invalid',
  M_USER_IN_USE: 'name-taken',
  M_EXCLUSIVE: 'name-reserved',
  M_WEAK_PASSWORD: 'password-weak',
  M_PASSWORD_TOO_SHORT: 'password-weak',
  M_PASSWORD_NO_DIGIT: 'password-weak',
  M_PASSWORD_NO_UPPERCASE: 'password-weak',
  M_PASSWORD_NO_LOWERCASE: 'password-weak',
  M_PASSWORD_NO_SYMBOL: 'password-weak',
  M_LIMIT_EXCEEDED: 'busy',
}

function refusalOf(answer: HttpResponse): Registered {
  const errcode = errcodeOf(answer)
  const reason = `The homeserver answered ${answer.status} ${errcode ?? ''}`.trim()
  return { result: 'refused', problem: problems[errcode ?? ''] ?? 'unavailable', reason }
}
