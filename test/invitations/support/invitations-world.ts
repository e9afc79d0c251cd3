import { configSchema, type ConfigInput } from '../../../src/config/schema.ts'
import type { Config } from '../../../src/config/schema.ts'
import { insertInvitation } from '../../../src/invitations/new-invitation.ts'
import { queueInvitationMail } from '../../../src/invitations/mail.ts'
import { storeInvite, type StoreInviteOptions } from '../../../src/invitations/store-invite.ts'
import { readStoreRequest } from '../../../src/invitations/store-request.ts'
import { openKeyRing, type KeyRing } from '../../../src/keys/key-ring.ts'
import { createNotificationQueue } from '../../../src/notify/queue.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { storedLookup } from '../../support/stored-lookup.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import type { TestRuntime } from '../../support/test-runtime.ts'

export const alice = '@alice:example.org'

/** A configuration of example.org. */
export const configOf = (input: ConfigInput = {}): Config =>
  configSchema.parse({ matrix: { domain: 'example.org' }, ...input })

export const newKeyRing = async (runtime: TestRuntime): Promise<KeyRing> =>
  await openKeyRing(`${await createTempDir('keys')}/keys.json`, runtime)

/** `store-invite` as the appliance puts it together, with mails left in the outbox. */
export function inviteOptions(
  storage: Storage,
  runtime: TestRuntime,
  keyRing: KeyRing,
  config: () => Config,
): StoreInviteOptions {
  const publicUrl = 'https://id.example.org'
  const notifications = createNotificationQueue({
    runtime,
    domain: () => 'example.org',
    giveUpAfter: () => config().notifications.giveUpAfter,
  })
  return {
    storage,
    runtime,
    config,
    keyRing,
    publicUrl: () => publicUrl,
    lookup: storedLookup(storage, runtime.clock),
    roomName: async () => null,
    limit: () => {},
    checkDestination: async () => {},
    queue: (tx, invitation) =>
      queueInvitationMail(tx, { config: config(), notifications, publicUrl }, invitation),
    wake: () => {},
  }
}

export interface Invite {
  readonly address: string
  readonly room?: string
  readonly sender?: string
}

const requestOf = ({ address, room = '!room:example.org', sender = alice }: Invite) =>
  readStoreRequest({ medium: 'email', address, room_id: room, sender }, ['email'])

/** Stores an invitation as a homeserver asks for it. */
export const invite = (options: StoreInviteOptions, what: Invite) =>
  storeInvite(options, requestOf(what), { kind: 'client', userId: what.sender ?? alice })

/** Many invitations at once, without mails; older than the time in which a homeserver may not know them yet. */
export async function insertMany(
  storage: Storage,
  runtime: TestRuntime,
  keyRing: KeyRing,
  invites: readonly Invite[],
): Promise<void> {
  await storage.transaction(async (tx) => {
    for (const each of invites) {
      const request = requestOf(each)
      await insertInvitation(tx, { runtime, keyRing, request, verified: true, expireAfter: 60 * 86_400_000 })
    }
  })
  runtime.clock.advance(3_600_000)
}

/** An entry of the list. */
export async function addEntries(
  storage: Storage,
  entries: readonly { readonly address: string; readonly mxid: string }[],
): Promise<void> {
  const rows = entries.map((entry) => ({
    source: 'list',
    medium: 'email',
    person: '',
    display_name: null,
    ...entry,
  }))
  await storage.transaction(async (tx) => {
    for (let start = 0; start < rows.length; start += 500) {
      await tx
        .insertInto('directory_entries')
        .values(rows.slice(start, start + 500))
        .execute()
    }
  })
}
