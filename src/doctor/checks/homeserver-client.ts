import { HttpFailure } from '../../net/http-failure.ts'
import { describeSeen } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { HomeserverFailure } from '../find-homeserver.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'homeserver-unreachable': {
    status: 'problem',
    meaning:
      'Signpost does not reach your homeserver: nobody can open an account here, and no invitation arrives.',
    cause: 'The homeserver is down, or matrix.homeserverUrl names another place.',
    fix: 'Start the homeserver (systemctl status matrix-synapse), and check matrix.homeserverUrl: curl URL/_matrix/client/versions',
  },
  'homeserver-not-there': {
    status: 'problem',
    meaning: 'Where the homeserver should be, something else answers.',
    cause:
      'matrix.homeserverUrl names another program, or the proxy in front of the homeserver has no rule for /_matrix/client.',
    fix: "Set matrix.homeserverUrl to the homeserver's own listener, for example http://127.0.0.1:8008",
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const homeserverClient: DoctorCheck = {
  code: 'homeserver-client',
  area: 'homeserver',
  title: 'the client API of the homeserver',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ homeserver }) {
    try {
      const { url } = await homeserver.look()
      return [fine('homeserver-client', `${url} answers.`)]
    } catch (error) {
      if (!(error instanceof HomeserverFailure)) throw error
      const { seen, url } = error
      if (seen instanceof HttpFailure)
        return [found('homeserver-unreachable', { detail: `${url}: ${seen.message}` })]
      const code =
        seen.status >= 502 && seen.status <= 504 ? 'homeserver-unreachable' : 'homeserver-not-there'
      return [found(code, { detail: `${url}/_matrix/client/versions is answered ${describeSeen(seen)}.` })]
    }
  },
}
