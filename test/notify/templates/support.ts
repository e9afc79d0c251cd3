import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createMessages, type Messages } from '../../../src/notify/messages.ts'
import {
  type InvitationFacts,
  invitationValues,
  type TemplateValues,
  validationValues,
} from '../../../src/notify/templates/values.ts'
import { manualClock } from '../../support/outgoing.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createLog, notifications } from '../support.ts'

export const recipient = { medium: 'email', address: 'bob+x@example.org' } as const
export const link = 'https://matrix.example.org/submit?token=1&sid=2'
export const sent = {
  to: recipient.address,
  from: 'School <matrix@example.org>',
  messageid: 'mid@example.org',
}

export const validation = {
  ...validationValues({ ...recipient, link, token: '482913', ip: '192.0.2.7', hours: 24 }),
  ...sent,
}

export function invitation(
  request: Record<string, unknown> = {},
  change: Partial<InvitationFacts> = {},
): TemplateValues {
  return {
    ...invitationValues({
      ...recipient,
      request: { sender: '@anna:example.org', room_id: '!room:example.org', ...request },
      token: 'invite-token',
      ephemeralPrivateKey: 'seed',
      senderVerified: true,
      webClient: 'https://app.element.io',
      registerUrl: null,
      publicUrl: 'https://matrix.example.org',
      ...change,
    }),
    ...sent,
  }
}

/** Messages with templates of one's own: path below the folder to content. */
export async function messages(
  files: Record<string, string> = {},
  email: object = {},
): Promise<Messages & { log: ReturnType<typeof createLog> }> {
  const folder = await createTempDir('templates')
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const log = createLog()
  const config = notifications({ email: { templates: folder, from: sent.from, ...email } }).email
  const made = createMessages({
    config,
    domain: 'example.org',
    publicUrl: 'https://matrix.example.org',
    clock: manualClock(),
    log,
  })
  return { ...made, log }
}

export const fullRequest = {
  room_alias: '#choir:example.org',
  room_avatar_url: 'mxc://example.org/room',
  room_join_rules: 'invite',
  room_name: 'Choir',
  room_type: 'm.space',
  sender_display_name: 'Anna',
  sender_avatar_url: 'mxc://example.org/anna',
  guest_user_id: '@guest:example.org',
  guest_access_token: 'guest-token',
  campaign: 'autumn',
}
export const invite = invitation(fullRequest)
