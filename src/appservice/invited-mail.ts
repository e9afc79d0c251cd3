import type { Kysely, Transaction } from 'kysely'
import type { Config } from '../config/schema.ts'
import type { People } from '../intercepts/people.ts'
import { checkPolicy } from '../invitations/policy.ts'
import { MatrixError } from '../matrix/errors.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { NotificationQueue } from '../notify/queue.ts'
import { invitationByIdValues } from '../notify/templates/values.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import type { AppserviceHomeserver } from './homeserver.ts'
import type { Job } from './jobs.ts'

export interface InvitedMailOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly homeserver: AppserviceHomeserver
  readonly people: People
  readonly notifications: NotificationQueue
  readonly wake: () => void
}

type Invited = Extract<Job, { readonly job: 'mail' }>

/** Mails somebody who was invited by Matrix ID. @throws MatrixError 502, 503 or 504 when it has to be tried again. */
export type MailInvited = (invited: Invited) => Promise<void>

const DAY_MS = 86_400_000
/** Whoever invites one person into many rooms fills no mailbox. */
const MAILS_PER_DAY = 10

/** Who is known to the homeserver hears of it there, and a person whom no directory knows has no address. */
export function createInvitedMail(options: InvitedMailOptions): MailInvited {
  const { storage, runtime, config, homeserver, people, notifications, wake } = options

  async function addressOf(mxid: string): Promise<string | null> {
    const stored = await storedAddress(storage.db, mxid)
    if (stored !== null) return stored
    const { threepids, isWhole } = await people.profile(mxid)
    const address = threepids.find(({ medium }) => medium === 'email')?.address ?? null
    if (address === null && !isWhole) {
      throw new MatrixError('M_UNKNOWN', { status: 503, message: 'A directory does not answer.' })
    }
    return address
  }

  return async ({ userId, roomId, sender, names }) => {
    const address = await addressOf(userId)
    if (address === null || !isWanted(config(), { address, roomId, sender, names })) return
    if (await homeserver.knows(userId)) return
    await storage.transaction(async (tx) => {
      const now = runtime.clock.now()
      if (!(await takeTurn(tx, userId, roomId, now))) return
      await notifications.mail(tx, {
        to: { medium: 'email', address },
        kind: 'invitation-by-id',
        language: null,
        cause: `invited ${userId} ${roomId} ${now}`,
        values: invitationByIdValues({
          ...{ medium: 'email', address, userId },
          request: { ...names, sender, room_id: roomId },
          webClient: config().invitations.webClient,
        }),
      })
    })
    wake()
  }
}

/** Of a directory whose people storage holds. */
async function storedAddress(db: Kysely<Database>, mxid: string): Promise<string | null> {
  const row = await db
    .selectFrom('directory_entries')
    .select('address')
    .where('mxid', '=', mxid)
    .where('medium', '=', 'email')
    .orderBy('address')
    .limit(1)
    .executeTakeFirst()
  return row?.address ?? null
}

/** By the rules for invitations by address. */
function isWanted(
  config: Config,
  { address, roomId, sender, names }: Omit<Invited, 'job' | 'userId'> & { readonly address: string },
): boolean {
  const senderServer = parseUserId(sender)?.serverName ?? ''
  try {
    const judged = { medium: 'email', address, roomId, sender, senderServer, properties: names } as const
    checkPolicy(config.invitations.blocked, judged)
    return true
  } catch (error) {
    if (error instanceof MatrixError) return false
    throw error
  }
}

/** One mail for each person and room in a day, and a few for each person. */
async function takeTurn(
  tx: Transaction<Database>,
  mxid: string,
  roomId: string,
  now: number,
): Promise<boolean> {
  const { count } = await tx
    .selectFrom('appservice_mails')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('mxid', '=', mxid)
    .where('mailed_at', '>', now - DAY_MS)
    .executeTakeFirstOrThrow()
  if (Number(count) >= MAILS_PER_DAY) return false
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('appservice_mails')
    .values({ mxid, room_id: roomId, mailed_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['mxid', 'room_id'])
        .doUpdateSet({ mailed_at: now })
        .where('appservice_mails.mailed_at', '<=', now - DAY_MS),
    )
    .executeTakeFirstOrThrow()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
