import { OperatorError } from '../../config/operator-error.ts'
import type { Config } from '../../config/schema.ts'
import { HttpFailure } from '../../net/http-failure.ts'
import { hostOf, targetOf } from '../../net/request-url.ts'
import { answerOf, describeSeen } from '../answers.ts'
import type { DoctorCheck, Faults, Result } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { tryPort } from '../find-public.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'sms-not-sent': {
    status: 'warning',
    meaning: 'Text messages are kept in the data directory and reach nobody.',
    cause: 'notifications.sms.transport is "log".',
    fix: 'Set notifications.sms.transport: twilio or http - or none, if phone numbers are not verified here.',
  },
  'sms-settings': {
    status: 'problem',
    meaning: 'No text message can be sent, since the settings of the gateway are not complete.',
    cause: 'A key of notifications.sms is empty, or its secret cannot be read.',
    fix: 'Set what the finding names in notifications.sms.',
  },
  'sms-unreachable': {
    status: 'problem',
    meaning: 'The gateway for text messages is not reached.',
    cause: 'Its address is wrong, or it is down.',
    fix: 'Check the URL in notifications.sms, and whether this machine may connect to it.',
  },
  'sms-login': {
    status: 'problem',
    meaning: 'The gateway for text messages does not accept the login.',
    cause: 'Account or token is wrong, or the token was replaced.',
    fix: 'Set notifications.sms.twilio.accountSid and authToken anew: signpost seal',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const sms: DoctorCheck = {
  code: 'sms',
  area: 'notifications',
  title: 'the way to the gateway for text messages',
  faults,
  limitMs: 5_000,
  async run(world, signal) {
    const section = (await world.config.need()).notifications.sms
    switch (section.transport) {
      case 'none':
        throw new NotPossible('Text messages are switched off.')
      case 'log':
        return [found('sms-not-sent', { detail: `They are in ${world.dataDir}/sms.` })]
      case 'twilio':
        return [await ofTwilio(world, section.twilio, signal)]
      case 'http':
        return [await ofGateway(world, section.http)]
    }
  },
}

type Twilio = Config['notifications']['sms']['twilio']

/** Reads the account, which costs nothing. */
async function ofTwilio(world: DoctorWorld, section: Twilio, signal: AbortSignal): Promise<Result> {
  const { accountSid, authToken, from, url } = section
  if (accountSid === '' || from === '' || authToken === null) {
    return found('sms-settings', { detail: 'twilio needs accountSid, authToken and from.' })
  }
  const token = await world.secrets
    .read(authToken, 'notifications.sms.twilio.authToken')
    .catch((error: unknown) => {
      if (error instanceof OperatorError) return error
      throw error
    })
  if (token instanceof OperatorError)
    return found('sms-settings', { detail: token.likelyCause, fix: token.fix })
  const { http } = await world.network.need()
  const seen = await answerOf(() =>
    http.request({
      url: `${url}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}.json`,
      headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}` },
      trust: 'operator',
      signal,
    }),
  )
  if (seen instanceof HttpFailure) return found('sms-unreachable', { detail: seen.message })
  if (seen.status === 200) return fine('sms', 'Twilio accepts the login.')
  const code = seen.status === 401 || seen.status === 403 ? 'sms-login' : 'sms-unreachable'
  return found(code, { detail: `Twilio answers ${describeSeen(seen)}.` })
}

/** Any request might send a message, so that only the connection is tried. */
async function ofGateway(
  { network }: DoctorWorld,
  { url }: Config['notifications']['sms']['http'],
): Promise<Result> {
  const parsed = URL.parse(url)
  if (parsed === null) return found('sms-settings', { detail: 'notifications.sms.http.url is no URL.' })
  const { resolver } = await network.need()
  const { port } = targetOf(parsed)
  const host = hostOf(parsed)
  const addresses = await resolver.addresses(host)
  const outcomes = await Promise.all(addresses.map((address) => tryPort(address, port)))
  if (outcomes.includes(null)) return fine('sms', `${host} takes connections; nothing was sent.`)
  const why = outcomes[0] ?? 'no IP address'
  return found('sms-unreachable', { detail: `No connection to ${host}, port ${port} (${why}).` })
}
