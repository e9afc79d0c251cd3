import { createNetworkList } from '../../net/network-list.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import type { Echo } from '../echo.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'proxy-strips-authorization': {
    status: 'problem',
    meaning: 'Access tokens do not arrive, so that every client is told to log in again and again.',
    cause: 'The proxy removes the Authorization header, or puts a login of its own into it (HTTP Basic).',
    fix: 'Take what sets it out of the proxy (nginx: proxy_set_header Authorization; CDNs: a rule on headers), and use no Basic login for /_matrix/.',
  },
  'proxy-drops-forwarded-for': {
    status: 'problem',
    meaning:
      'Signpost does not learn the addresses of clients: all of them share one limit, and one bad client locks out all.',
    cause: 'The proxy does not send X-Forwarded-For.',
    fix: 'nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; - Apache, Caddy and Traefik send it by themselves; HAProxy: option forwardfor',
  },
  'proxy-passes-forged-addresses': {
    status: 'problem',
    meaning: 'Clients can choose the address under which Signpost sees them, and so get around every limit.',
    cause: 'The proxy passes X-Forwarded-For on as the client sent it, and does not add the address it sees.',
    fix: 'nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
  },
  'proxy-not-trusted': {
    status: 'problem',
    meaning: 'Signpost does not believe the proxy which address a client has: all clients share one limit.',
    cause: 'The address of the proxy is not in server.trustedProxies.',
    fix: 'Add the address that the finding names to server.trustedProxies, and restart Signpost.',
  },
  'proxy-changes-host': {
    status: 'warning',
    meaning: 'Signpost does not see under which name it was asked.',
    cause: 'The proxy puts its upstream into the Host header, as nginx does without further ado.',
    fix: 'nginx: proxy_set_header Host $host; - Apache: ProxyPreserveHost On',
  },
  'proxy-wrong-protocol': {
    status: 'warning',
    meaning: 'The proxy says that clients came over plain HTTP, although they came over HTTPS.',
    cause: 'There is a second proxy behind the one that speaks TLS, and it writes its own protocol.',
    fix: 'Let the first proxy set X-Forwarded-Proto, and the second pass it on.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

/** TEST-NET-1 (RFC 5737): nobody has it, so that it comes from the doctor wherever it is seen. */
const FORGED = '192.0.2.123'

export const proxyHeaders: DoctorCheck = {
  code: 'proxy-headers',
  area: 'public-url',
  title: 'the headers that the proxy passes on',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world, signal) {
    const { server } = await world.config.need()
    const { echo } = await world.door.need()
    const probe = await world.probe.need()
    const { url, isSecure } = await world.place.need()
    if (echo === null) throw new NotPossible('This needs a first answer.')
    const authorization = ofAuthorization(echo)
    if (server.tls.mode !== 'proxy' || !isSecure)
      return authorization ?? [fine('proxy-headers', 'Tokens arrive; there is no proxy.')]
    const forged = await probe.ask({ headers: { 'x-forwarded-for': FORGED } }, signal)
    const results = [
      ...(authorization ?? []),
      ...ofAddresses(echo, forged.arrived ? forged.echo : null, server.trustedProxies),
      ...ofNames(echo, new URL(url).host, isSecure),
    ]
    return results.length > 0
      ? results
      : [fine('proxy-headers', 'Tokens, names and addresses of clients arrive.')]
  },
}

function ofAuthorization({ authorization }: Echo): readonly Result[] | null {
  if (authorization === 'as-sent') return null
  const detail =
    authorization === 'missing'
      ? 'A request with an access token arrived without one.'
      : 'A request with an access token arrived with another Authorization header.'
  return [found('proxy-strips-authorization', { detail })]
}

function ofAddresses(echo: Echo, forged: Echo | null, trustedProxies: readonly string[]): readonly Result[] {
  const { forwardedFor, peerAddress } = echo
  if (forwardedFor === null) {
    return [found('proxy-drops-forwarded-for', { detail: 'X-Forwarded-For does not arrive.' })]
  }
  if (!createNetworkList(trustedProxies).contains(peerAddress)) {
    return [
      found('proxy-not-trusted', {
        detail: `The proxy asks from ${peerAddress}; server.trustedProxies has ${trustedProxies.join(', ')}.`,
        fix: `Add it in signpost.yaml and restart: server.trustedProxies: [${[...trustedProxies, peerAddress].map((one) => JSON.stringify(one)).join(', ')}]`,
      }),
    ]
  }
  const last = forged?.forwardedFor?.split(',').at(-1)?.trim()
  if (last !== FORGED) return []
  return [
    found('proxy-passes-forged-addresses', {
      detail: `A client that says it is ${FORGED} is believed.`,
    }),
  ]
}

function ofNames({ host, forwardedProto }: Echo, expected: string, isSecure: boolean): readonly Result[] {
  const results: Result[] = []
  if (host?.toLowerCase() !== expected) {
    results.push(
      found('proxy-changes-host', { detail: `Asked as ${expected}, it arrived as ${host ?? 'nothing'}.` }),
    )
  }
  // Of several, the first is the client's.
  const protocol = forwardedProto?.split(',')[0]?.trim()
  if (isSecure && protocol !== undefined && protocol !== 'https') {
    results.push(
      found('proxy-wrong-protocol', { detail: `X-Forwarded-Proto is "${protocol.slice(0, 20)}".` }),
    )
  }
  return results
}
