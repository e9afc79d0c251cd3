import { createHomeserverApi } from '../../intercepts/homeserver.ts'
import { checkSignUp } from '../../sign-up/check.ts'
import { createHomeserverAccounts } from '../../sign-up/homeserver-accounts.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const nobody = 'Nobody can make an account with the link of an invitation mail.'

const faults = {
  'sign-up-without-tokens': {
    status: 'problem',
    meaning: nobody,
    cause:
      'signUp.adminToken is not the token of an administrator, or its session has ended; or the homeserver is no Synapse, or leaves accounts to Matrix Authentication Service.',
    fix: 'Sign in to the homeserver as an administrator and write the access token of that session: signpost seal',
  },
  'sign-up-closed': {
    status: 'problem',
    meaning: nobody,
    cause: 'The homeserver takes no registration tokens.',
    fix: 'Set enable_registration: true and registration_requires_token: true in homeserver.yaml, and restart Synapse.',
  },
  'sign-up-open': {
    status: 'warning',
    meaning: 'Everybody can make an account on the homeserver, invited or not.',
    cause: 'Registration is open in homeserver.yaml.',
    fix: 'Set registration_requires_token: true in homeserver.yaml, and restart Synapse.',
  },
  'sign-up-wants-more': {
    status: 'problem',
    meaning: nobody,
    cause: 'Registration asks for more than a token: a captcha, an address, or terms.',
    fix: 'Switch that off in homeserver.yaml: the token goes to nobody but the person with the address.',
  },
  'sign-up-without-homeserver': {
    status: 'problem',
    meaning: nobody,
    cause: 'The homeserver is down, or matrix.homeserverUrl names another place.',
    fix: 'Start the homeserver (systemctl status matrix-synapse), and check matrix.homeserverUrl.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

/** Does everything that a sign-up does, but for the account. */
export const signUp: DoctorCheck = {
  code: 'sign-up',
  area: 'homeserver',
  title: 'signing up by invitation',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ config, network, secrets, runtime: { clock } }) {
    const current = await config.need()
    if (!current.signUp.enabled) throw new NotPossible('Signing up by invitation is switched off.')
    const { http } = await network.need()
    const settings = () => current
    const homeserver = createHomeserverApi({ config: settings, http: () => http })
    const checked = await checkSignUp(
      createHomeserverAccounts({ config: settings, secrets, homeserver, clock }),
    )
    if (checked.result !== 'fine') return [found(checked.result, { detail: checked.detail })]
    return [fine('sign-up', 'The homeserver makes registration tokens, and takes them.')]
  },
}
