import type { Config } from '../../config/schema.ts'
import type { RateLimiter } from '../../http/rate-limiter.ts'
import type { IdList } from '../../intercepts/id-list.ts'
import type { People } from '../../intercepts/people.ts'
import { MatrixError } from '../../matrix/errors.ts'
import { parseUserId } from '../../matrix/identifiers.ts'
import { HomeserverRefusal, type AppserviceHomeserver } from '../homeserver.ts'
import type { Job } from '../jobs.ts'
import { botId } from '../users.ts'
import { runCommand, type CommandOptions } from './commands.ts'

export interface BotOptions extends CommandOptions {
  readonly config: () => Config
  readonly homeserver: AppserviceHomeserver
  readonly people: People
  /** `appservice.bot.users`. */
  readonly users: IdList
  readonly limiter: RateLimiter
}

export interface Bot {
  /** @throws MatrixError 503 when that cannot be found out at the moment. */
  mayCommand(userId: string): Promise<boolean>
  /** What to say to a command; null: nothing. */
  answer(command: Extract<Job, { readonly job: 'command' }>): Promise<string | null>
  encryptedHint(roomId: string): Promise<string | null>
}

/** The user of the homeserver that people give commands to. */
export function createBot(options: BotOptions): Bot {
  const { config, homeserver, people, users, limiter } = options

  async function mayCommand(userId: string): Promise<boolean> {
    const { enabled, roles } = config().appservice.bot
    if (!enabled) return false
    if (users.has(userId)) return true
    if (roles.length === 0 || parseUserId(userId)?.serverName !== config().matrix.domain) return false
    const profile = await people.profile(userId)
    if (profile.roles.some((role) => roles.includes(role))) return true
    if (!profile.isWhole) {
      throw new MatrixError('M_UNKNOWN', { status: 503, message: 'A directory does not answer.' })
    }
    return false
  }

  /** Null in rooms that the bot is not in: the homeserver may tell of all rooms. */
  async function membersBesideBot(roomId: string): Promise<readonly string[] | null> {
    try {
      const members = await homeserver.joinedMembers(roomId)
      const others = members.filter((mxid) => mxid !== botId(config()))
      return others.length < members.length ? others : null
    } catch (error) {
      if (error instanceof HomeserverRefusal && error.status === 403) return null
      throw error
    }
  }

  return {
    mayCommand,
    async answer({ roomId, sender, text }) {
      const members = await membersBesideBot(roomId)
      if (members === null || !members.includes(sender)) return null
      const isDirect = members.length === 1
      if (!isWithinLimit(limiter, sender)) return null
      if (!(await mayCommand(sender))) {
        return isDirect ? 'You may not give me commands. Ask whoever runs Signpost here.' : null
      }
      return await runCommand(options, { sender, isDirect, words: text.split(/\s+/) })
    },
    async encryptedHint(roomId) {
      const members = await membersBesideBot(roomId)
      if (members?.length !== 1) return null
      return 'I cannot read encrypted messages. Invite me into a room without encryption.'
    },
  }
}

/** Who asks too often is not told so: the answer would be one more message. */
function isWithinLimit(limiter: RateLimiter, sender: string): boolean {
  try {
    limiter.take(sender)
    return true
  } catch (error) {
    if (error instanceof MatrixError) return false
    throw error
  }
}
