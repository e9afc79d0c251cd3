import type { Config } from '../config/schema.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { HomeserverRefusal, type AppserviceHomeserver } from './homeserver.ts'
import { contactKey } from './transactions.ts'
import { botId } from './users.ts'

export interface TidyUpOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly homeserver: AppserviceHomeserver
}

/**
 * Has the homeserver ask Signpost as long as it never did: from then on its events are news, and all from before is the
 * history that homeservers tell a new application service.
 */
export async function seekContact({ storage, runtime, config, homeserver }: TidyUpOptions): Promise<void> {
  const { enabled, id } = config().appservice
  if (!enabled) return
  const known = await storage.db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', contactKey)
    .executeTakeFirst()
  if (known !== undefined) return
  await untilPossible(homeserver.ping(id, runtime.random.bytes(12).toString('base64url')))
}

/** Leaves the rooms that everybody else has left. */
export async function leaveEmptyRooms({ config, homeserver }: TidyUpOptions): Promise<void> {
  const { enabled, bot } = config().appservice
  if (!enabled || !bot.enabled) return
  await untilPossible(
    (async () => {
      for (const roomId of await homeserver.joinedRooms()) {
        const members = await homeserver.joinedMembers(roomId)
        if (members.length === 1) await homeserver.leave(roomId, botId(config()))
      }
    })(),
  )
}

/** A homeserver that is down, or has not read the registration yet, is asked again later. The doctor tells of it. */
async function untilPossible(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof HomeserverRefusal) && !(error instanceof MatrixError)) throw error
  })
}
