import { checkAppservice } from '../../appservice/check.ts'
import { createAppserviceHomeserver } from '../../appservice/homeserver.ts'
import { createHomeserverApi } from '../../intercepts/homeserver.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const nothing = 'The bot answers nobody, and what hangs on events of the homeserver does not happen.'

const faults = {
  'appservice-without-tokens': {
    status: 'problem',
    meaning: nothing,
    cause: 'The registration was never made.',
    fix: 'Make it, and give it to the homeserver: signpost appservice registration --output signpost-appservice.yaml',
  },
  'appservice-not-registered': {
    status: 'problem',
    meaning: nothing,
    cause:
      'The registration is not in app_service_config_files of homeserver.yaml, holds other tokens or another id, or Synapse was not restarted.',
    fix: 'Print the registration again, put it where homeserver.yaml names it, and restart Synapse: signpost appservice registration',
  },
  'appservice-other-user': {
    status: 'problem',
    meaning: nothing,
    cause: 'appservice.senderLocalpart was changed, or asToken is that of somebody else.',
    fix: 'Print the registration again and restart Synapse: signpost appservice registration',
  },
  'appservice-not-reached': {
    status: 'problem',
    meaning: nothing,
    cause: 'The url of the registration leads somewhere else, or something in between lets nothing through.',
    fix: 'Set appservice.url to Signpost as the homeserver reaches it, print the registration again, and restart Synapse.',
  },
  'appservice-refused': {
    status: 'problem',
    meaning: nothing,
    cause:
      'The hs_token of the registration is not the one of signpost.yaml, or another program answers at its url.',
    fix: 'Print the registration again and restart Synapse: signpost appservice registration',
  },
  'appservice-without-homeserver': {
    status: 'problem',
    meaning: nothing,
    cause: 'The homeserver is down, or matrix.homeserverUrl names another place.',
    fix: 'Start the homeserver (systemctl status matrix-synapse), and check matrix.homeserverUrl.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

/** Has the homeserver ask Signpost. */
export const applicationService: DoctorCheck = {
  code: 'application-service',
  area: 'homeserver',
  title: 'the application service',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ config, network, secrets, server, runtime }) {
    const current = await config.need()
    if (!current.appservice.enabled)
      throw new NotPossible('Signpost is not set up as an application service.')
    await server.need()
    const { http } = await network.need()
    const settings = () => current
    const api = createHomeserverApi({ config: settings, http: () => http })
    const homeserver = createAppserviceHomeserver({ config: settings, secrets, homeserver: api })
    const checked = await checkAppservice({ config: current, homeserver, random: runtime.random })
    if (checked.result !== 'fine') return [found(checked.result, { detail: checked.detail })]
    const detail = `The homeserver reaches Signpost as an application service (${Math.round(checked.durationMs)} ms).`
    return [fine('application-service', detail)]
  },
}
