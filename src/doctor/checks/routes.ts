import type { Config } from '../../config/schema.ts'
import { federationPath } from '../../federation/wire.ts'
import { routesOf } from '../../gateway/snippets/routes.ts'
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
    const wanted = requestsOf(config)
    const missing = await Promise.all(wanted.map((request) => missingOf(probe, request, signal)))
    const taken = await takenOf(world, config, probe, signal)
    const results = [...missing, taken].filter((result) => result !== null)
    return results.length > 0 ? results : [fine('routes', `All ${wanted.length} paths arrive.`)]
  },
}

/** One request for each route that is switched on, and for each part of the identity API. */
function requestsOf(config: Config): readonly (ProbeRequest & { readonly path: string })[] {
  const parts = [
    '/_matrix/identity/versions',
    '/_matrix/identity/v2/hash_details',
    `${federationPath}/hash_details`,
  ]
  const legacy = config.identityV1.enabled ? ['/_matrix/identity/api/v1/pubkey/isvalid'] : []
  const samples = routesOf(config).map(({ sample }) => sample)
  return [...samples, ...[...parts, ...legacy].map((path) => ({ method: 'GET' as const, path }))]
}

async function missingOf(
  probe: Probe,
  request: ProbeRequest & { readonly path: string },
  signal: AbortSignal,
): Promise<Result | null> {
  const reply = await probe.ask(request, signal)
  if (reply.arrived) return null
  const path = request.path.replace(/\?.*$/, '')
  return found('route-missing', {
    subject: path,
    detail: `${request.method ?? 'GET'} ${path} does not arrive: it is answered ${describeSeen(reply.seen)}.`,
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
