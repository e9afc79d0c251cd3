import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { changeOf, PassageFailure } from '../find-passage.ts'
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
const DELICATE = '/a%2Fb%2Bc%20d;e?public_key=a%2Bb%2Fc%3D'

export const proxyPaths: DoctorCheck = {
  code: 'proxy-paths',
  area: 'public-url',
  title: 'whether paths arrive as they are sent',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ passage, probe: probeFact }, signal) {
    try {
      await passage.look()
    } catch (error) {
      if (error instanceof PassageFailure) return [found(error.code, { detail: error.message })]
      throw error
    }
    const probe = await probeFact.need()
    const path = probe.ownPath + DELICATE
    const detail = changeOf(probe, probe.targetOf(path), await probe.ask({ path }, signal))
    if (detail !== null) return [found('proxy-decodes-path', { detail })]
    return [fine('proxy-paths', 'Paths and queries arrive byte for byte.')]
  },
}
