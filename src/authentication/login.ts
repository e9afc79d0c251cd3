import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Recorder } from '../activity/log/entry.ts'
import type { ActivityOutcome } from '../activity/log/row.ts'
import { objectBody, passOn, readAnswer, type HomeserverApi } from '../intercepts/homeserver.ts'
import type { Target } from '../intercepts/target.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { HttpResponse } from '../net/http-client.ts'
import type { Clock } from '../runtime.ts'
import { readIdentifier, withUser, type Identifier } from './identifier.ts'
import { resolveUser, type ResolveUserOptions } from './resolve-user.ts'
import type { SignInEnd, SignInLimits } from './sign-in-limits.ts'

export interface LoginOptions extends ResolveUserOptions {
  readonly homeserver: HomeserverApi
  readonly limits: SignInLimits
  readonly recorder: Recorder
  readonly clock: Clock
}

/**
 * Signs somebody in at the homeserver, under the name by which it knows them. The answer is the homeserver's, whatever it
 * is. Every other way to sign in (token, SSO, application service) passes as it came.
 */
export async function logIn(
  options: LoginOptions,
  request: FastifyRequest,
  target: Target,
): Promise<HttpResponse> {
  const { homeserver, limits, domain, recorder, clock } = options
  const begun = clock.now()
  const body = objectBody(request)
  const identifier = body['type'] === 'm.login.password' ? readIdentifier(body) : null
  const resolved = identifier === null ? null : await resolveUser(options, identifier)
  const account = identifier === null ? null : accountOf(resolved ?? typedUser(identifier), domain())
  const who = { account, clientAddress: request.clientAddress, since: begun }
  return await limits.attempt(who, async () => {
    const changed = resolved === null ? {} : { body: JSON.stringify(withUser(body, resolved)) }
    const answer = await passOn(homeserver, request, target, changed)
    const end = endOf(answer)
    const code = end === 'accepted' ? null : (readAnswer(answer, refusalSchema)?.errcode ?? null)
    recorder.record({
      kind: 'sign-in',
      action: 'login',
      outcome: outcomes[end],
      code,
      mxid: account !== null && parseUserId(account) !== null ? account : null,
      address: identifier?.kind === 'address' ? identifier.address : null,
      requester: { ip: request.clientAddress },
      durationMs: clock.now() - begun,
    })
    return { end, value: answer }
  })
}

/** Of the activity log. */
export const outcomes = { accepted: 'ok', denied: 'refused', unclear: 'failed' } as const satisfies Record<
  SignInEnd,
  ActivityOutcome
>

const typedUser = (identifier: Identifier) =>
  identifier.kind === 'user' ? identifier.user : (identifier.address?.address ?? identifier.typed)

/** A localpart as a whole Matrix ID, so that all spellings of an account count together. */
function accountOf(user: string, domain: string): string {
  return user.startsWith('@') || user.includes('@') ? user : `@${user}:${domain}`
}

const refusalSchema = z.looseObject({ errcode: z.string() })

/** Only a clear "wrong" counts as a guess: not a deactivated account, a broken request or a busy homeserver. */
function endOf(answer: HttpResponse): SignInEnd {
  if (answer.status === 200) return 'accepted'
  if (answer.status !== 403) return 'unclear'
  return readAnswer(answer, refusalSchema)?.errcode === 'M_FORBIDDEN' ? 'denied' : 'unclear'
}
