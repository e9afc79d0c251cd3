import type { Seen } from '../finding.ts'
import type { ReaderWorld } from '../world.ts'
import { hostOf } from './identity.ts'

/** Addresses of accounts: who verifies them, and who may look them up. */
export function* checkAddresses(world: ReaderWorld): Iterable<Seen> {
  yield* checkDelegates(world)
  yield* checkOldKeys(world)
  const { settings, mas } = world
  if (settings.enable_3pid_lookup === false) {
    yield {
      code: 'lookup-switched-off',
      severity: 'problem',
      keys: ['enable_3pid_lookup'],
      detail: 'enable_3pid_lookup is false.',
      why: 'Synapse answers every invitation by address with 403 and never asks Signpost.',
      fix: 'Remove the key, or write true.',
      edits: [{ kind: 'remove', path: ['enable_3pid_lookup'] }],
    }
  }
  if (settings.enable_3pid_changes === false && !mas) {
    yield {
      code: 'address-changes-switched-off',
      severity: 'note',
      keys: ['enable_3pid_changes'],
      detail: 'enable_3pid_changes is false.',
      why: 'People cannot add addresses to their accounts. Publishing them at Signpost works all the same, but some clients hide the button.',
      fix: null,
    }
  }
}

function* checkDelegates({ settings, config, facts }: ReaderWorld): Iterable<Seen> {
  const delegates = settings.account_threepid_delegates
  if (delegates && 'email' in delegates) {
    yield {
      code: 'delegate-email-removed',
      severity: 'problem',
      keys: ['account_threepid_delegates', 'email'],
      detail: 'account_threepid_delegates.email is set.',
      why: 'Synapse has no longer started with it since version 1.66: it sends such mails itself.',
      fix: 'Remove the key, and give Synapse an "email" section.',
      edits: [{ kind: 'remove', path: ['account_threepid_delegates', 'email'] }],
    }
  }
  const keys = ['account_threepid_delegates', 'msisdn']
  const sms = config.notifications.sms.transport !== 'none'
  const delegate = delegates?.msisdn
  if (!delegate) {
    if (!sms) return
    yield {
      code: 'phones-not-delegated',
      severity: 'note',
      keys,
      detail: 'Synapse has nobody to verify phone numbers, and Signpost can send text messages.',
      why: 'People cannot add a phone number to their accounts.',
      fix: `If they are to: "account_threepid_delegates: { msisdn: ${facts.directUrl} }".`,
    }
    return
  }
  if (!/^https?:\/\//.test(delegate)) {
    yield {
      code: 'delegate-without-scheme',
      severity: 'problem',
      keys,
      detail: 'account_threepid_delegates.msisdn is not a URL with its scheme.',
      why: 'Synapse cannot ask it: no phone number can be verified.',
      fix: `Write "msisdn: ${facts.directUrl}".`,
      edits: [{ kind: 'set', path: keys, value: facts.directUrl }],
    }
    return
  }
  const origin = new URL(delegate).origin
  if (![facts.directUrl, facts.identityUrl].some((url) => new URL(url).origin === origin)) {
    yield {
      code: 'delegate-elsewhere',
      severity: 'warning',
      keys,
      detail: `Phone numbers are verified by ${hostOf(delegate)}.`,
      why: 'That server learns the phone numbers of your people.',
      fix: sms
        ? `Write "msisdn: ${facts.directUrl}".`
        : 'Set up notifications.sms in signpost.yaml, then name Signpost here.',
      ...(sms ? { edits: [{ kind: 'set', path: keys, value: facts.directUrl }] as const } : {}),
    }
    return
  }
  if (!config.identityV1.enabled) {
    yield {
      code: 'delegate-needs-v1',
      severity: 'problem',
      keys,
      detail: 'Signpost is to verify phone numbers, and its old API (v1) is switched off.',
      why: 'Synapse uses only the old API for that: no phone number can be verified.',
      fix: 'In signpost.yaml write "identityV1: { enabled: true }", with identityV1.allow for the address of Synapse.',
    }
  }
  if (!sms) {
    yield {
      code: 'delegate-needs-sms',
      severity: 'problem',
      keys,
      detail: 'Signpost is to verify phone numbers, and cannot send text messages.',
      why: 'Nobody receives a code.',
      fix: 'Set up notifications.sms in signpost.yaml, or remove account_threepid_delegates.msisdn.',
    }
  }
}

function* checkOldKeys({ settings }: ReaderWorld): Iterable<Seen> {
  if (settings.trusted_third_party_id_servers !== undefined) {
    yield {
      code: 'trusted-servers-ignored',
      severity: 'note',
      keys: ['trusted_third_party_id_servers'],
      detail: 'trusted_third_party_id_servers is set.',
      why: 'Synapse has ignored it since version 1.48: it restricts nothing. Only Dendrite still needs it.',
      fix: 'Remove it, so that nobody relies on it.',
    }
  }
  if (settings.trust_identity_server_for_password_resets) {
    yield {
      code: 'password-reset-refused',
      severity: 'problem',
      keys: ['trust_identity_server_for_password_resets'],
      detail: 'trust_identity_server_for_password_resets is set.',
      why: 'Synapse refuses to start with it: passwords are no longer reset through an identity server.',
      fix: 'Remove the key, and give Synapse an "email" section.',
      edits: [{ kind: 'remove', path: ['trust_identity_server_for_password_resets'] }],
    }
  }
}
