import { z } from 'zod'
import type { Called, Inviter, Refusal } from './inviter.ts'

/** The account that invites and the room into which it does, as the homeserver knows them. */
export interface InviteRoom {
  readonly userId: string
  readonly roomId: string
  /** Null for a room without a name. */
  readonly name: string | null
  readonly isMember: boolean
  /** False when the rules of the room keep this user from inviting; null when they do not tell. */
  readonly mayInvite: boolean | null
}

const memberSchema = z.object({ membership: z.string() })
const nameSchema = z.object({ name: z.string() })
const level = z.coerce.number().optional()
const levelsSchema = z.object({
  invite: level,
  users_default: level,
  users: z.record(z.string(), z.coerce.number()).optional(),
})

/** Looks at both before anybody is invited. `room`: an ID or an alias. */
export async function lookAtRoom(inviter: Inviter, room: string): Promise<Called<InviteRoom>> {
  const user = await inviter.whoAmI()
  if (user.result !== 'done') return user
  const found = await inviter.roomId(room)
  if (found.result !== 'done') return found
  const [userId, roomId] = [user.value, found.value]
  const member = await inviter.state(roomId, 'm.room.member', userId)
  const trouble = realTrouble(member)
  if (trouble !== null) return trouble
  const isMember =
    member.result === 'done' && memberSchema.safeParse(member.value).data?.membership === 'join'
  if (!isMember) return { result: 'done', value: { userId, roomId, name: null, isMember, mayInvite: false } }
  const [name, levels] = [
    await inviter.state(roomId, 'm.room.name'),
    await inviter.state(roomId, 'm.room.power_levels'),
  ]
  return {
    result: 'done',
    value: {
      ...{ userId, roomId, isMember },
      name: name.result === 'done' ? (nameSchema.safeParse(name.value).data?.name ?? null) : null,
      mayInvite: levels.result === 'done' ? mayInvite(levels.value, userId) : null,
    },
  }
}

/** Client-Server API, `m.room.power_levels`. Creators of newer rooms stand above the list, so a no of it is no no. */
function mayInvite(content: unknown, userId: string): boolean | null {
  const levels = levelsSchema.safeParse(content).data
  if (levels === undefined) return null
  const own = levels.users?.[userId] ?? levels.users_default ?? 0
  return own >= (levels.invite ?? 0) ? true : null
}

/** A refusal of the room itself is an answer: the user is not in it. */
function realTrouble(called: Called<unknown>): Refusal | null {
  if (called.result === 'done' || called.result === 'forbidden' || called.result === 'missing') return null
  return called
}
