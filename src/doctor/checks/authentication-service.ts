import { z } from 'zod'
import { isUsedFor } from '../../backends/mirrored.ts'
import { HttpFailure } from '../../net/http-failure.ts'
import { answerOf, jsonIn } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'homeserver-uses-mas': {
    status: 'warning',
    meaning:
      'Matrix Authentication Service signs people in. Synapse then takes no password providers, so that Signpost cannot check passwords for it; everything else works.',
    cause: 'Backends are switched on for signing in (uses.authentication).',
    fix: 'Have it ask the OpenID provider of Signpost (signpost snippet mas --feature oidc), or set uses.authentication: false in these backends. Never add a password provider to homeserver.yaml: Synapse would not start.',
  },
} as const satisfies Faults

const found = reporterOf(faults)
const metadataSchema = z.looseObject({ issuer: z.string() })

/** Stable since v1.15 of the specification, and the name before that. */
const metadataPaths = [
  '/_matrix/client/v1/auth_metadata',
  '/_matrix/client/unstable/org.matrix.msc2965/auth_metadata',
] as const

export const authenticationService: DoctorCheck = {
  code: 'authentication-service',
  area: 'homeserver',
  title: 'who signs people in',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ homeserver, network, config }, signal) {
    const { url } = await homeserver.need()
    const { http } = await network.need()
    const answers = await Promise.all(
      metadataPaths.map((path) =>
        answerOf(() => http.request({ url: url + path, trust: 'operator', signal })),
      ),
    )
    const usesMas = answers.some(
      (seen) =>
        !(seen instanceof HttpFailure) &&
        seen.status === 200 &&
        metadataSchema.safeParse(jsonIn(seen)).success,
    )
    if (!usesMas) return [fine('authentication-service', 'The homeserver does it itself.')]
    const { authentication, backends: all } = await config.need()
    if (authentication.oidc.enabled) {
      return [
        fine(
          'authentication-service',
          'Matrix Authentication Service does it, with the OpenID provider of Signpost.',
        ),
      ]
    }
    const backends = all.filter((backend) => isUsedFor(backend, 'authentication'))
    if (backends.length === 0) {
      return [
        fine(
          'authentication-service',
          'Matrix Authentication Service does it, and no backend is asked for passwords.',
        ),
      ]
    }
    const ids = backends.map(({ id }) => id).join(', ')
    return [found('homeserver-uses-mas', { detail: `Switched on for signing in: ${ids}.` })]
  },
}
