import type { Config } from '../../config/schema.ts'
import { inParallel } from '../../federation/in-parallel.ts'
import { federationPath } from '../../federation/wire.ts'
import { routesOf, type GatewayRoute } from '../../gateway/snippets/routes.ts'
import { clientVersions } from '../../intercepts/target.ts'
import { describeSeen } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { toldUrl } from '../find-homeserver.ts'
import type { Probe, ProbeRequest } from '../probe.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'route-missing': {
    status: 'problem',
    meaning:
      'Some of the paths that belong to Signpost do not arrive there, so that a part of it does not work.',
    cause: 'The rule for the path is missing in the proxy, or a wider one comes before it.',
    fix: 'Put the rules of Signpost before those of the homeserver; signpost proxy nginx (or apache, caddy, haproxy, traefik) prints them.',
  },
  'route-takes-homeserver': {
    status: 'problem',
    meaning: 'Requests for the homeserver end at Signpost, so that clients cannot use their homeserver.',
    cause: 'The rule in the proxy is too wide: /_matrix/ instead of /_matrix/identity/.',
    fix: 'Pass only the paths of Signpost to it; signpost proxy nginx (or apache, caddy, haproxy, traefik) prints them.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const routes: DoctorCheck = {
  code: 'routes',
  area: 'public-url',
  title: 'every path of Signpost',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world, signal) {
    const config = await world.config.need()
    await world.passage.need()
    const probe = await world.probe.need()
    const wanted = wantedOf(config)
    const missing = await missingOf(probe, wanted, signal)
    const taken = await takenOf(world, config, probe, signal)
    const results = taken === null ? missing : [...missing, taken]
    return results.length > 0 ? results : [fine('routes', `All ${wanted.length} paths arrive.`)]
  },
}

interface WantedPath {
  /** What a finding is about. */
  readonly subject: string
  readonly requests: readonly Request[]
}

type Request = Required<Pick<ProbeRequest, 'method' | 'path'>>

/** Each route that is switched on, and each part of the identity API. */
function wantedOf(config: Config): readonly WantedPath[] {
  const parts = [
    '/_matrix/identity/versions',
    '/_matrix/identity/v2/hash_details',
    `${federationPath}/hash_details`,
  ]
  const legacy = config.identityV1.enabled ? ['/_matrix/identity/api/v1/pubkey/isvalid'] : []
  return [
    ...routesOf(config).map((route) => ({
      subject: route.sample.path.replace(/\?.*$/, ''),
      requests: requestsOf(route),
    })),
    ...[...parts, ...legacy].map((path) => ({ subject: path, requests: [{ method: 'GET' as const, path }] })),
  ]
}

/**
 * An endpoint of the client API has to arrive under all of its versions, with all of its methods: one that is left out is
 * a way past what Signpost decides. Whoever gets such a request instead refuses it, for it has no valid token and no body.
 */
function requestsOf({ match, methods, sample }: GatewayRoute): readonly Request[] {
  if (match.kind === 'prefix' || methods === null) return [sample]
  const last = methods.at(-1) ?? sample.method
  const paths = clientVersions.map((version) => sample.path.replace('/v3/', `/${version}/`))
  return [
    ...methods.map((method) => ({ method, path: sample.path })),
    ...paths.filter((path) => path !== sample.path).map((path) => ({ method: last, path })),
  ]
}

/** Proxies and homeservers get no more at a time. */
const AT_A_TIME = 8

async function missingOf(
  probe: Probe,
  wanted: readonly WantedPath[],
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const all = wanted.flatMap(({ subject, requests }) => requests.map((request) => ({ subject, request })))
  const asked = await inParallel(all, AT_A_TIME, async ({ subject, request }) => ({
    ...{ subject, request },
    reply: await probe.ask(request, signal),
  }))
  const lost = asked.flatMap(({ subject, request: { method, path }, reply }) => {
    if (reply.arrived) return []
    const detail = `${method} ${path.replace(/\?.*$/, '')} does not arrive: it is answered ${describeSeen(reply.seen)}.`
    return [{ subject, detail }]
  })
  // One rule is missing, however many requests would have needed it.
  return [...Map.groupBy(lost, ({ subject }) => subject)].map(([subject, [first, ...more]]) => {
    const others =
      more.length === 0 ? '' : ` So it is with ${more.length} others of its versions and methods.`
    return found('route-missing', { subject, detail: `${first?.detail ?? ''}${others}` })
  })
}

/** Only where clients reach their homeserver under the same name; elsewhere Signpost may have everything. */
async function takenOf(
  world: DoctorWorld,
  { matrix }: Config,
  probe: Probe,
  signal: AbortSignal,
): Promise<Result | null> {
  const wellKnown = await world.clientWellKnown.need()
  const { url } = await world.place.need()
  if (new URL(toldUrl(matrix.domain, wellKnown)).host !== new URL(url).host) return null
  const path = '/_matrix/client/versions'
  const reply = await probe.ask({ path }, signal)
  if (!reply.arrived) return null
  return found('route-takes-homeserver', { subject: path, detail: `GET ${path} arrives at Signpost.` })
}
