import type { Seen } from '../finding.ts'
import { isEmpty } from './invitations.ts'
import type { ReaderWorld } from '../world.ts'

/** Whether somebody who was invited by mail can get an account. */
export function* checkRegistration({ settings, mas, config }: ReaderWorld): Iterable<Seen> {
  // Registration is then the business of Matrix Authentication Service; what conflicts, `checkMas` tells.
  if (mas) return
  const open =
    settings.disable_registration === undefined
      ? settings.enable_registration === true
      : !settings.disable_registration
  const needs = settings.registrations_require_3pid ?? []
  if (!open) {
    yield {
      code: 'registration-closed',
      severity: config.invitations.registerUrl === null ? 'warning' : 'note',
      keys: ['enable_registration'],
      detail: 'enable_registration is off.',
      why: 'Whoever is invited by mail and has no account cannot make one.',
      fix:
        config.invitations.registerUrl === null
          ? 'Open registration with a token ("registration_requires_token: true"), or name your own page in invitations.registerUrl of signpost.yaml.'
          : null,
    }
    return
  }
  const verified =
    needs.length > 0 ||
    settings.registration_requires_token === true ||
    settings.enable_registration_captcha === true
  if (!verified && settings.enable_registration_without_verification === true) {
    yield {
      code: 'registration-unverified',
      severity: 'warning',
      keys: ['enable_registration_without_verification'],
      detail: 'Anybody can register, without an address, a token or a captcha.',
      why: 'Such servers fill with spam accounts, which can search your directory and send invitations.',
      fix: 'Write "registrations_require_3pid: [email]" or "registration_requires_token: true", and remove enable_registration_without_verification.',
    }
  } else if (!verified) {
    yield {
      code: 'registration-refused-at-start',
      severity: 'problem',
      keys: ['enable_registration'],
      detail: 'Registration is on, and nothing verifies who registers.',
      why: 'Synapse refuses to start like this.',
      fix: 'Write "registrations_require_3pid: [email]" or "registration_requires_token: true".',
    }
  }
  yield* checkNeededAddress({ settings, needs })
}

function* checkNeededAddress({
  settings,
  needs,
}: Pick<ReaderWorld, 'settings'> & { readonly needs: readonly string[] }): Iterable<Seen> {
  const keys = ['registrations_require_3pid']
  if (needs.includes('email') && isEmpty(settings.email)) {
    yield {
      code: 'registration-needs-mail',
      severity: 'problem',
      keys,
      detail: 'Registration needs an e-mail address, and Synapse has no "email" section.',
      why: 'Synapse sends these mails itself, not Signpost; without the section it does not start.',
      fix: 'Write "email: { smtp_host: mail.example.org, smtp_port: 587, notif_from: \'Example <matrix@example.org>\' }" with your mail server.',
    }
  }
  if (needs.includes('msisdn') && !settings.account_threepid_delegates?.msisdn) {
    yield {
      code: 'registration-needs-phone',
      severity: 'problem',
      keys,
      detail: 'Registration needs a phone number, and account_threepid_delegates.msisdn is not set.',
      why: 'Synapse does not start with that.',
      fix: 'Remove msisdn from the list, or let Signpost verify phone numbers.',
    }
  }
}
