import { z } from 'zod'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpFailure, type HttpResponse } from '../../net/http-client.ts'
import { answerOf, describeSeen, jsonIn } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'password-provider-not-asked': {
    status: 'problem',
    meaning:
      'The homeserver does not ask Signpost about passwords: people cannot sign in with those of the backends.',
    cause:
      'The module is not in homeserver.yaml, asks at another place, or has another secret; or Synapse was not restarted.',
    fix: 'Put signpost_synapse.py where Synapse finds it, add what "signpost snippet synapse" prints, and restart Synapse.',
  },
  'login-without-passwords': {
    status: 'warning',
    meaning: 'The homeserver does not take passwords, so that nobody signs in with one of the backends.',
    cause: 'password_config.enabled is false, or Matrix Authentication Service signs people in.',
    fix: 'Set password_config.enabled: true in homeserver.yaml; with Matrix Authentication Service switch authentication off here.',
  },
} as const satisfies Faults

const found = reporterOf(faults)
const flowsSchema = z.looseObject({ flows: z.array(z.looseObject({ type: z.string() })) })
const path = '/_matrix/client/v3/login'

/** Signs in at the homeserver as somebody who does not exist, and looks whether the question about it has come here. */
export const passwordProvider: DoctorCheck = {
  code: 'password-provider',
  area: 'homeserver',
  title: 'signing in with passwords of the backends',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world, signal) {
    const { authentication, matrix } = await world.config.need()
    if (!authentication.enabled && !authentication.provider.enabled) {
      throw new NotPossible('Signing in through Signpost is switched off.')
    }
    const { url } = await world.homeserver.need()
    const { http } = await world.network.need()
    const flows = await answerOf(() => http.request({ url: url + path, trust: 'operator', signal }))
    if (!takesPasswords(flows)) {
      return [
        found('login-without-passwords', { detail: `GET ${url}${path} is answered ${describeSeen(flows)}.` }),
      ]
    }
    if (!authentication.provider.enabled)
      return [fine('password-provider', 'The homeserver takes passwords.')]
    await world.server.need()
    const user = `signpost-check-${world.runtime.random.bytes(6).toString('hex')}`
    const body = JSON.stringify({
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user },
      password: world.runtime.random.bytes(12).toString('hex'),
    })
    const headers = { 'content-type': 'application/json' }
    const answer = await answerOf(() =>
      http.request({ method: 'POST', url: url + path, headers, body, trust: 'operator', signal }),
    )
    if (await wasAsked(world, `@${user}:${matrix.domain}`, signal)) {
      return [fine('password-provider', 'The homeserver asks Signpost about passwords.')]
    }
    return [
      found('password-provider-not-asked', {
        detail: `A test sign-in was answered ${describeSeen(answer)}, and no question came.`,
      }),
    ]
  },
}

function takesPasswords(seen: HttpResponse | HttpFailure): boolean {
  if (seen instanceof HttpFailure || seen.status !== 200) return false
  const { data } = flowsSchema.safeParse(jsonIn(seen))
  return data?.flows.some(({ type }) => type === 'm.login.password') === true
}

const LOOKS = 12
const BETWEEN_MS = 250

/** The server writes its activity log about once a second. */
async function wasAsked({ storage }: DoctorWorld, mxid: string, signal: AbortSignal): Promise<boolean> {
  const { db } = await storage.need()
  for (let look = 0; look < LOOKS; look++) {
    const row = await db
      .selectFrom('activity')
      .select('id')
      .where('kind', '=', 'sign-in')
      .where('mxid', '=', mxid)
      .executeTakeFirst()
    if (row !== undefined) return true
    await sleep(BETWEEN_MS, undefined, { signal })
  }
  return false
}
