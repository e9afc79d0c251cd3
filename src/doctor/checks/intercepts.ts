import { isUsedFor } from '../../backends/mirrored.ts'
import type { Config } from '../../config/schema.ts'
import { routesOf } from '../../gateway/snippets/routes.ts'
import { createHomeserverApi } from '../../intercepts/homeserver.ts'
import { HttpFailure, type HttpResponse } from '../../net/http-client.ts'
import { createHomeserverAccounts, tokenStage } from '../../sign-up/homeserver-accounts.ts'
import { answerOf, describeSeen, errcodeIn } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { interceptsOf, type Intercept } from '../intercept-trials.ts'
import { createProbe } from '../probe.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'homeserver-url-leads-back': {
    status: 'problem',
    meaning:
      'What clients ask of the homeserver goes round in a circle: Signpost passes it on, and it comes back to Signpost.',
    cause: 'matrix.homeserverUrl is the public name, whose reverse proxy leads these paths to Signpost.',
    fix: "Set matrix.homeserverUrl to the homeserver's own listener, for example http://127.0.0.1:8008",
  },
  'intercept-without-answer': {
    status: 'problem',
    meaning:
      'Clients ask through Signpost, and do not get what the homeserver would answer: this feature does not work for anybody.',
    cause:
      'Signpost runs with other settings than signpost.yaml has, or the homeserver does not have what is asked.',
    fix: 'Restart Signpost, and ask the homeserver at matrix.homeserverUrl for the same path.',
  },
  'intercept-without-backends': {
    status: 'warning',
    meaning: 'The feature decides by what a directory says, and no directory is asked.',
    cause: 'No backend has the use that it needs.',
    fix: 'Switch that use on in a backend (uses.profile, for members uses.lookup), or the feature off.',
  },
  'registration-without-address': {
    status: 'warning',
    meaning:
      'Whoever registers without an address is asked for none, so that the rules about addresses keep nobody out.',
    cause: 'The homeserver takes registrations without an e-mail address or a phone number.',
    fix: 'Set registrations_require_3pid: [email] in homeserver.yaml (or enable_registration: false), and restart Synapse.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

/** Goes the way of a client through the public URL to the homeserver and back, once for each feature, and changes nothing. */
export const intercepts: DoctorCheck = {
  code: 'intercepts',
  area: 'homeserver',
  title: 'what passes through Signpost to the homeserver',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world, signal) {
    const config = await world.config.need()
    const features = interceptsOf(config)
    if (features.length === 0) throw new NotPossible('No request passes through Signpost to the homeserver.')
    await world.passage.need()
    await world.homeserver.need()
    if (await leadsBack(world, config, signal)) {
      const detail = `${config.matrix.homeserverUrl ?? ''} leads to Signpost.`
      return [found('homeserver-url-leads-back', { detail })]
    }
    const results = await Promise.all(features.map((feature) => ofFeature(world, config, feature, signal)))
    // What does not arrive is the finding of another check.
    if (results.every((result) => result === null))
      throw new NotPossible('This needs paths that arrive here.')
    return results.filter((result) => result !== null)
  },
}

/** Asks the homeserver in the way in which only this Signpost answers. */
async function leadsBack(world: DoctorWorld, config: Config, signal: AbortSignal): Promise<boolean> {
  const { http } = await world.network.need()
  const { nonce } = await world.probe.need()
  const { url } = await world.homeserver.need()
  const probe = createProbe({ http, nonce, url, timeoutMs: 3_000 })
  const samples = routesOf(config).flatMap(({ match, sample }) => (match.kind === 'client' ? [sample] : []))
  const replies = await Promise.all(samples.map((sample) => probe.ask(sample, signal)))
  return replies.some(({ arrived }) => arrived)
}

async function ofFeature(
  world: DoctorWorld,
  config: Config,
  { name, trial, needs }: Intercept,
  signal: AbortSignal,
): Promise<Result | null> {
  const probe = await world.probe.need()
  if (!(await probe.ask({ method: trial.method, path: trial.path }, signal)).arrived) return null
  const { http } = await world.network.need()
  const { url } = await world.place.need()
  const ask = ({ method, path, body }: Intercept['trial']) =>
    answerOf(() =>
      http.request({
        ...{ method, url: url + path, trust: 'operator', signal },
        // Nobody has this token: it goes to the homeserver and is refused there.
        headers: { authorization: 'Bearer signpost-doctor', 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body }),
      }),
    )
  const seen = await ask(trial)
  if (!isRight(seen, trial.expects)) {
    const detail = `${trial.method} ${trial.path} is answered ${describeSeen(seen)}.`
    return found('intercept-without-answer', { subject: name, detail })
  }
  if (needs !== null && !config.backends.some((backend) => isUsedFor(backend, needs))) {
    const detail = `No backend has the use "${needs}".`
    return found('intercept-without-backends', { subject: name, detail })
  }
  const past = name === 'registration' ? await wayPast(world, config) : null
  return past ?? fine('intercepts', 'It is answered as the homeserver does.', name)
}

function isRight(seen: HttpResponse | HttpFailure, expects: Intercept['trial']['expects']): boolean {
  if (seen instanceof HttpFailure) return false
  return expects.some(([status, errcode]) => seen.status === status && errcodeIn(seen) === errcode)
}

/** Registration without an address never comes to the rules for addresses. */
async function wayPast(world: DoctorWorld, config: Config): Promise<Result | null> {
  const { http } = await world.network.need()
  const settings = () => config
  const homeserver = createHomeserverApi({ config: settings, http: () => http })
  const { secrets, runtime } = world
  const accounts = createHomeserverAccounts({ config: settings, secrets, homeserver, clock: runtime.clock })
  const open = (await accounts.flows())?.find((stages) => !stages.some((stage) => proofs.has(stage)))
  if (open === undefined) return null
  const detail = `To register takes ${open.join(', ') || 'nothing'}.`
  return found('registration-without-address', { subject: 'registration', detail })
}

/** Stages of a registration that strangers do not pass. */
const proofs = new Set(['m.login.email.identity', 'm.login.msisdn', tokenStage])
