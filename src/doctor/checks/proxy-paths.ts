import type { DoctorCheck, Faults, Result } from '../check.ts'
import { describeSeen } from '../answers.ts'
import type { Probe, Reply } from '../probe.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'proxy-changes-path': {
    status: 'problem',
    meaning: 'The reverse proxy rewrites the path, so that Signpost does not recognise the requests.',
    cause:
      'nginx: there is a path (often just /) behind the port in proxy_pass. Others: a strip-prefix or rewrite rule.',
    fix: 'Pass the path on as it is. nginx: proxy_pass http://127.0.0.1:8090; - without a slash at its end. Caddy: handle instead of handle_path.',
  },
  'proxy-drops-query': {
    status: 'problem',
    meaning:
      'The reverse proxy does not pass the query on: links in mails, key checks and the tokens of homeservers are in it.',
    cause: 'A rewrite rule replaces the whole address.',
    fix: 'Pass path and query on as they are; signpost proxy nginx (or apache, caddy, haproxy, traefik) prints how.',
  },
  'proxy-decodes-path': {
    status: 'problem',
    meaning:
      'The reverse proxy decodes or refuses escaped characters in paths. Signatures cover the path: signed requests then fail.',
    cause: 'nginx: proxy_pass with a path or a variable. Apache: no nocanon, or AllowEncodedSlashes is off.',
    fix: 'nginx: proxy_pass http://127.0.0.1:8090; - Apache: AllowEncodedSlashes NoDecode, and ProxyPass ... nocanon',
  },
} as const satisfies Faults

const found = reporterOf(faults)

/** What tells proxies apart: an escaped slash, a plus sign, an escaped space, a semicolon. */
const DELICATE = '/_matrix/identity/v2/a%2Fb%2Bc%20d;e?public_key=a%2Bb%2Fc%3D'

export const proxyPaths: DoctorCheck = {
  code: 'proxy-paths',
  area: 'public-url',
  title: 'whether paths arrive as they are sent',
  faults,
  limitMs: 8_000,
  async run({ door, probe: probeFact }, signal) {
    const { echo } = await door.need()
    const probe = await probeFact.need()
    const target = echo?.target ?? ''
    if (target !== probe.targetOf()) {
      return [
        found('proxy-changes-path', {
          detail: `${withoutNonce(probe, probe.targetOf())} arrived as ${withoutNonce(probe, target)}.`,
        }),
      ]
    }
    const plain = '/_matrix/identity/v2?public_key=a'
    const query = judge('proxy-drops-query', probe, plain, await probe.ask({ path: plain }, signal))
    if (query !== null) return [query]
    const path = judge('proxy-decodes-path', probe, DELICATE, await probe.ask({ path: DELICATE }, signal))
    return [path ?? fine('proxy-paths', 'Paths and queries arrive byte for byte.')]
  },
}

function judge(code: keyof typeof faults, probe: Probe, path: string, reply: Reply): Result | null {
  const sent = probe.targetOf(path)
  if (!reply.arrived) {
    return found(code, { detail: `${withoutNonce(probe, sent)} was answered ${describeSeen(reply.seen)}.` })
  }
  const seen = reply.echo?.target ?? ''
  if (seen === sent) return null
  return found(code, { detail: `${withoutNonce(probe, sent)} arrived as ${withoutNonce(probe, seen)}.` })
}

/** Reports are kept and passed on; the nonce belongs to this run alone. */
function withoutNonce({ nonce }: Probe, target: string): string {
  return target.replaceAll(nonce, 'NONCE').slice(0, 200)
}
