import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { Job } from './jobs.ts'
import { botId, expiredId, isOwnUser } from './users.ts'

const text = z.string().min(1).max(255)

/** What decides about an event; the rest of it is passed over. */
const eventSchema = z.looseObject({
  event_id: text,
  type: z.string(),
  room_id: text,
  sender: z.string().refine((mxid) => parseUserId(mxid) !== null),
  state_key: z.string().optional(),
  origin_server_ts: z.number(),
  content: z.record(z.string(), z.unknown()),
  invite_room_state: z.unknown().optional(),
  unsigned: z.looseObject({ invite_room_state: z.unknown().optional() }).optional().catch(undefined),
})

export type SeenEvent = z.output<typeof eventSchema>

/** The event as far as Signpost understands it; null for one that concerns it in no way. */
export function readEvent(value: unknown): SeenEvent | null {
  return eventSchema.safeParse(value).data ?? null
}

export interface Moment {
  readonly config: Config
  /** Milliseconds since the epoch. */
  readonly now: number
  /** When the homeserver first spoke to Signpost: one that never had an application service tells its whole history. */
  readonly firstContact: number
}

/** Who asks a bot something does not wait for longer. */
const COMMAND_AGE_MS = 10 * 60_000

/** What follows from an event; null: nothing. */
export function jobOf(event: SeenEvent, moment: Moment): Job | null {
  if (isOwnUser(moment.config, event.sender)) return null
  if (event.type === 'm.room.member') return jobOfMember(event, moment)
  const age = moment.now - event.origin_server_ts
  if (!moment.config.appservice.bot.enabled || age > COMMAND_AGE_MS) return null
  if (event.type === 'm.room.encrypted') return { job: 'encrypted', roomId: event.room_id }
  return event.type === 'm.room.message' ? jobOfMessage(event) : null
}

function jobOfMember(event: SeenEvent, { config, now, firstContact }: Moment): Job | null {
  const { state_key: invited = '', room_id: roomId, sender, content } = event
  if (content['membership'] !== 'invite') return null
  if (invited === botId(config)) return { job: 'invited', roomId, sender }
  const { rejectExpired, invited: mails } = config.appservice
  if (rejectExpired.enabled && invited === expiredId(config)) return { job: 'reject', roomId }
  const isOurs = parseUserId(invited)?.serverName === config.matrix.domain
  const isHistory = event.origin_server_ts < Math.max(firstContact, now - mails.maxAge)
  // Who was invited by address has a mail already.
  if (!mails.enabled || !isOurs || isHistory || content['third_party_invite'] !== undefined) return null
  return { job: 'mail', roomId, userId: invited, sender, ...shownNames(event) }
}

/** Bots speak in notices, and an edit was answered when it was written. */
function jobOfMessage({ content, room_id: roomId, sender, event_id: eventId }: SeenEvent): Job | null {
  const { msgtype, body } = content
  const isEdit = content['m.new_content'] !== undefined
  if (msgtype !== 'm.text' || typeof body !== 'string' || isEdit || !/^\s*!\w/.test(body)) return null
  return { job: 'command', roomId, sender, eventId, text: body.trim().slice(0, 500) }
}

const strippedSchema = z.array(
  z.looseObject({
    type: z.string(),
    state_key: z.string().optional(),
    content: z.record(z.string(), z.unknown()),
  }),
)

/** Names of the room and of the inviter, from the state that comes with an invitation. */
function shownNames(event: SeenEvent): { readonly names: Readonly<Record<string, string>> } {
  const given = event.unsigned?.invite_room_state ?? event.invite_room_state
  const state = strippedSchema.safeParse(given).data ?? []
  const shown = (type: string, member: string, stateKey?: string): Record<string, string> => {
    const found = state.find((one) => one.type === type && (one.state_key ?? '') === (stateKey ?? ''))
    const value = found?.content[member]
    return typeof value === 'string' && value !== '' ? { [property[type] ?? type]: value.slice(0, 255) } : {}
  }
  return {
    names: {
      ...shown('m.room.name', 'name'),
      ...shown('m.room.canonical_alias', 'alias'),
      ...shown('m.room.create', 'type'),
      ...shown('m.room.member', 'displayname', event.sender),
    },
  }
}

/** As a homeserver calls them when it stores an invitation by address (Identity Service API, `store-invite`). */
const property: Readonly<Record<string, string>> = {
  'm.room.name': 'room_name',
  'm.room.canonical_alias': 'room_alias',
  'm.room.create': 'room_type',
  'm.room.member': 'sender_display_name',
}
