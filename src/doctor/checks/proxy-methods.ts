import type { HttpResponse } from '../../net/http-client.ts'
import { HttpFailure } from '../../net/http-failure.ts'
import { describeSeen } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import type { Reply } from '../probe.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'proxy-refuses-method': {
    status: 'problem',
    meaning: 'Requests with some HTTP methods do not arrive.',
    cause: 'The proxy or a filter in front allows GET and POST only.',
    fix: 'Let GET, POST, PUT, DELETE and OPTIONS pass for /_matrix/ (nginx: no limit_except there; Apache: no <Limit>).',
  },
  'proxy-breaks-preflight': {
    status: 'problem',
    meaning:
      'Browsers may not ask Signpost: their question beforehand (OPTIONS) is not answered as they need it.',
    cause: 'The proxy answers OPTIONS itself, or refuses it.',
    fix: 'Pass OPTIONS on to Signpost, which answers it; take add_header Access-Control-... and "if ($request_method = OPTIONS)" out of the proxy.',
  },
  'proxy-doubles-cors': {
    status: 'problem',
    meaning: 'Browsers refuse the answers of Signpost: the CORS header comes twice.',
    cause: 'The proxy adds Access-Control-Allow-Origin, which Signpost sends itself.',
    fix: 'Take it out of the proxy (nginx: add_header Access-Control-Allow-Origin; Apache: Header set).',
  },
  'proxy-drops-cors': {
    status: 'problem',
    meaning: 'Browsers refuse the answers of Signpost: the CORS header is missing.',
    cause: 'The proxy removes or replaces Access-Control-Allow-Origin.',
    fix: 'Pass it on (nginx: no proxy_hide_header; Apache: no Header unset).',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const proxyMethods: DoctorCheck = {
  code: 'proxy-methods',
  area: 'public-url',
  title: 'methods, and what browsers need',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ door, probe: probeFact }, signal) {
    const first = await door.need()
    const probe = await probeFact.need()
    const [post, put, preflight] = await Promise.all([
      probe.ask({ method: 'POST', body: '{}' }, signal),
      probe.ask({ method: 'PUT', body: '{}' }, signal),
      probe.ask({ method: 'OPTIONS', headers: preflightHeaders }, signal),
    ])
    const results = [
      ofMethod('POST', post),
      ofMethod('PUT', put),
      // The same header is wrong in both, or in neither.
      ofOrigin(first.response) ?? ofPreflight(preflight),
    ].filter((result) => result !== null)
    return results.length > 0
      ? results
      : [fine('proxy-methods', 'GET, POST, PUT and OPTIONS arrive, with CORS.')]
  },
}

const preflightHeaders = {
  origin: 'https://app.element.io',
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type',
}

function ofMethod(method: string, reply: Reply): Result | null {
  if (reply.arrived && reply.echo?.method === method) return null
  const detail = reply.arrived
    ? `${method} arrived as ${reply.echo?.method ?? 'something else'}.`
    : `${method} was answered ${describeSeen(reply.seen)}.`
  return found('proxy-refuses-method', { subject: method, detail })
}

/** Who answers it does not matter, as long as browsers are content. */
function ofPreflight(reply: Reply): Result | null {
  const seen = reply.arrived ? reply.response : reply.seen
  if (seen instanceof HttpFailure || seen.status >= 300 || !allowsTokens(seen)) {
    const by = reply.arrived ? 'headers of the answer were lost' : `it was answered ${describeSeen(seen)}`
    return found('proxy-breaks-preflight', { detail: `OPTIONS: ${by}.` })
  }
  return ofOrigin(seen)
}

const allowsTokens = ({ headers }: HttpResponse) =>
  (headers['access-control-allow-headers'] ?? '').toLowerCase().includes('authorization')

function ofOrigin({ headers }: HttpResponse): Result | null {
  const origin = headers['access-control-allow-origin']
  if (origin === '*') return null
  if (origin === undefined) {
    return found('proxy-drops-cors', { detail: 'Access-Control-Allow-Origin is missing.' })
  }
  const code = origin.includes(',') ? 'proxy-doubles-cors' : 'proxy-drops-cors'
  return found(code, { detail: `Access-Control-Allow-Origin is "${origin.slice(0, 80)}" instead of "*".` })
}
