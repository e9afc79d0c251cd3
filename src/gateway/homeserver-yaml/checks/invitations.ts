import type { Seen } from '../finding.ts'
import type { ReaderWorld } from '../world.ts'

/** What else happens to invitations by address. */
export function* checkInvitations(world: ReaderWorld): Iterable<Seen> {
  yield* checkMail(world)
  yield* checkWhoMay(world)
}

function* checkMail({ settings, config }: ReaderWorld): Iterable<Seen> {
  if (!isEmpty(settings.email) && !settings.email?.notif_from) {
    yield {
      code: 'mail-without-sender',
      severity: 'problem',
      keys: ['email', 'notif_from'],
      detail: 'The section email has no notif_from.',
      why: 'With any other key in the section, Synapse does not start without it.',
      fix: 'Write "notif_from: \'Example <matrix@example.org>\'" with your own sender.',
    }
  }
  const { webClient } = config.invitations
  const client = settings.email?.invite_client_location
  const keys = ['email', 'invite_client_location']
  if (client && !/^https?:\/\//.test(client)) {
    yield {
      code: 'invite-client-refused',
      severity: 'problem',
      keys,
      detail: 'email.invite_client_location is not a URL that begins with https:// or http://.',
      why: 'Synapse refuses to start with it.',
      fix: `Write "invite_client_location: ${webClient}".`,
      edits: [{ kind: 'set', path: keys, value: webClient }],
    }
  } else if (client && URL.parse(client)?.origin !== new URL(webClient).origin) {
    yield {
      code: 'invite-client-differs',
      severity: 'note',
      keys,
      detail: `Links in invitation mails open ${URL.parse(client)?.host ?? 'another client'}, as Synapse says, not the web client of signpost.yaml.`,
      why: 'What the homeserver says with an invitation counts more than invitations.webClient.',
      fix: 'Write the same client in both places if that is not what you want.',
    }
  } else if (!client) {
    yield {
      code: 'invite-client-missing',
      severity: 'note',
      keys,
      detail: 'email.invite_client_location is not set.',
      why: `Links in invitation mails open ${new URL(webClient).host} (invitations.webClient in signpost.yaml).`,
      fix: null,
    }
  }
}

function* checkWhoMay({ settings }: ReaderWorld): Iterable<Seen> {
  if (settings.block_non_admin_invites === true) {
    yield {
      code: 'invitations-blocked',
      severity: 'warning',
      keys: ['block_non_admin_invites'],
      detail: 'block_non_admin_invites is on.',
      why: 'Only server administrators can invite, by address as well.',
      fix: 'Remove the key if others are to invite.',
    }
  }
  if (settings.federation_domain_whitelist !== undefined && settings.federation_domain_whitelist !== null) {
    yield {
      code: 'federation-restricted',
      severity: 'note',
      keys: ['federation_domain_whitelist'],
      detail: 'federation_domain_whitelist restricts the servers that this homeserver talks to.',
      why: 'Invitations into rooms of other servers reach their people only where the list allows it. Signpost itself is not concerned.',
      fix: null,
    }
  }
}

/** Synapse takes a section without keys for none. */
export const isEmpty = (section: object | null | undefined) => Object.keys(section ?? {}).length === 0
