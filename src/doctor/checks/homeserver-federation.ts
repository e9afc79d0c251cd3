import { z } from 'zod'
import { HttpFailure } from '../../net/http-failure.ts'
import type { HttpResponse } from '../../net/http-client.ts'
import { answerOf, describeSeen, errcodeIn, jsonIn } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { NotPossible } from '../fact.ts'
import type { FederationRequest } from '../../homeserver/federation-client.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'federation-api-unreachable': {
    status: 'problem',
    meaning:
      'Signpost does not find or reach the federation API of your homeserver, by which accounts are checked and invitations delivered.',
    cause:
      'Without matrix.homeserverUrl it is looked for as other servers look for it, by .well-known, SRV and port 8448.',
    fix: 'Set matrix.homeserverUrl to a listener of the homeserver that has federation, for example http://127.0.0.1:8008',
  },
  'federation-address-private': {
    status: 'problem',
    meaning:
      'Your homeserver is found under a private address, to which Signpost does not connect just because a name says so.',
    cause: 'Both stand in one network, and matrix.homeserverUrl is not set.',
    fix: "Set matrix.homeserverUrl to the homeserver's own listener, or list its network in network.allowPrivate.",
  },
  'homeserver-name-differs': {
    status: 'problem',
    meaning: 'The homeserver has another name than matrix.domain: its users cannot use this identity server.',
    cause: 'matrix.domain is misspelt, or matrix.homeserverUrl leads to another homeserver.',
    fix: 'Set matrix.domain to what stands behind the colon of your Matrix IDs, and matrix.homeserverUrl to that server.',
  },
  'openid-missing': {
    status: 'problem',
    meaning: 'Nobody can open an account here: the homeserver does not tell whose OpenID token it is.',
    cause: 'The listener has neither the resource openid nor federation, or a proxy does not pass the path.',
    fix: 'homeserver.yaml, at the listener that Signpost asks: resources: [{ names: [client, federation] }] - then restart Synapse.',
  },
  'openid-refused': {
    status: 'problem',
    meaning: 'Nobody can open an account here: the question whose OpenID token it is gets refused.',
    cause: 'A proxy or a filter in front of the homeserver stands in the way.',
    fix: 'Let /_matrix/federation/v1/openid/userinfo pass, or set matrix.homeserverUrl to the listener behind the proxy.',
  },
  'onbind-missing': {
    status: 'problem',
    meaning: 'Invitations by e-mail never become invitations in rooms: the homeserver does not take them.',
    cause: 'The listener has the resource openid but not federation, or a proxy does not pass the path.',
    fix: 'homeserver.yaml, at the listener that Signpost asks: resources: [{ names: [client, federation] }] - it need not be reachable from outside.',
  },
  'onbind-refused': {
    status: 'problem',
    meaning: 'Invitations by e-mail never become invitations in rooms: delivering them is refused.',
    cause: 'A proxy or a filter in front of the homeserver stands in the way.',
    fix: 'Let POST /_matrix/federation/v1/3pid/onbind pass, or set matrix.homeserverUrl to the listener behind the proxy.',
  },
} as const satisfies Faults

type FederationFault = keyof typeof faults
const found = reporterOf(faults)

export const homeserverFederation: DoctorCheck = {
  code: 'homeserver-federation',
  area: 'homeserver',
  title: 'the federation API of the homeserver',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world) {
    const { domain } = (await world.config.need()).matrix
    if (domain === 'localhost') throw new NotPossible('This needs a Matrix domain.')
    const [keys, openId, onbind] = await Promise.all([
      ask(world, domain, { method: 'GET', path: '/_matrix/key/v2/server' }),
      ask(world, domain, {
        method: 'GET',
        path: '/_matrix/federation/v1/openid/userinfo?access_token=doctor',
      }),
      // Without invitations there is nothing to deliver.
      ask(world, domain, {
        method: 'POST',
        path: '/_matrix/federation/v1/3pid/onbind',
        body: { invites: [] },
      }),
    ])
    const unreachable = [keys, openId, onbind].every((seen) => seen instanceof HttpFailure)
    if (unreachable && openId instanceof HttpFailure) return [ofFailure(openId)]
    const results = [ofName(domain, keys), ofOpenId(openId), ofOnbind(onbind)].filter((one) => one !== null)
    return results.length > 0
      ? results
      : [fine('homeserver-federation', 'It checks accounts and takes invitations.')]
  },
}

async function ask(
  { network }: DoctorWorld,
  domain: string,
  request: FederationRequest,
): Promise<HttpResponse | HttpFailure> {
  const { federation } = await network.need()
  return await answerOf(() => federation.request(domain, request))
}

function ofFailure(failure: HttpFailure): Result {
  const code =
    failure.code === 'refused-address' ? 'federation-address-private' : 'federation-api-unreachable'
  return found(code, { detail: failure.message })
}

const keysSchema = z.looseObject({ server_name: z.string() })

/** A homeserver without this path tells its name nowhere else; what it lacks shows in the other two. */
function ofName(domain: string, keys: HttpResponse | HttpFailure): Result | null {
  if (keys instanceof HttpFailure || keys.status !== 200) return null
  const name = keysSchema.safeParse(jsonIn(keys)).data?.server_name
  if (name === undefined || name === domain) return null
  return found('homeserver-name-differs', {
    detail: `It calls itself ${name.slice(0, 255)}; matrix.domain is ${domain}.`,
  })
}

/** A token that nobody has issued is refused, with 401 by Synapse. */
function ofOpenId(seen: HttpResponse | HttpFailure): Result | null {
  return isFromHomeserver(seen) ? null : ofAnswer('openid', seen)
}

function ofOnbind(seen: HttpResponse | HttpFailure): Result | null {
  const isTaken = !(seen instanceof HttpFailure) && seen.status === 200
  return isTaken || isFromHomeserver(seen) ? null : ofAnswer('onbind', seen)
}

/** A refusal in the words of a homeserver, other than "unknown path": the endpoint is there. */
function isFromHomeserver(seen: HttpResponse | HttpFailure): boolean {
  if (seen instanceof HttpFailure || seen.status < 400 || seen.status >= 500) return false
  const errcode = errcodeIn(seen)
  return errcode !== null && errcode !== 'M_UNRECOGNIZED'
}

function ofAnswer(part: 'openid' | 'onbind', seen: HttpResponse | HttpFailure): Result {
  const isMissing =
    !(seen instanceof HttpFailure) &&
    (seen.status === 404 || seen.status === 405 || errcodeIn(seen) === 'M_UNRECOGNIZED')
  const code: FederationFault = `${part}-${isMissing ? 'missing' : 'refused'}`
  const path = part === 'openid' ? 'openid/userinfo' : '3pid/onbind'
  return found(code, { detail: `/_matrix/federation/v1/${path} is answered ${describeSeen(seen)}.` })
}
