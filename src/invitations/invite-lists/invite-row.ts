import { z } from 'zod'
import type { Config } from '../../config/schema.ts'
import { parseUserId } from '../../matrix/identifiers.ts'
import type { Clock } from '../../runtime.ts'
import type { InviteRowState } from '../../storage/schema.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Inviter, Refusal } from './inviter.ts'
import type { InviteList, InviteRow } from './list.ts'
import { isBlocked } from './preview.ts'

export interface InviteRowOptions {
  readonly storage: Storage
  readonly clock: Clock
  readonly config: Config
  readonly inviter: Inviter
  /** Host of this identity server, as the homeserver reaches it, and the token of the sender's account here. */
  readonly idServer: string
  readonly idToken: () => Promise<Refusal | { readonly result: 'done'; readonly value: string }>
  /** Who owns the address now; it may have been bound since the list was made. */
  readonly ownerOf: (address: string, asking: string) => Promise<string | null>
}

/** `over`: nothing more is to be done for the row. `owned`: somebody was found, who is invited directly. */
export type RowOutcome =
  | { readonly result: 'over'; readonly state: InviteRowState; readonly detail: string | null }
  | { readonly result: 'owned'; readonly mxid: string }
  /** No account at this identity server could be opened for the sender. */
  | { readonly result: 'no-account'; readonly said: string }
  | Refusal

const memberSchema = z.object({ membership: z.string() })

/** Invites one person, once: who is in the room, or has an invitation there from the same sender, is left alone. */
export async function inviteRow(
  options: InviteRowOptions,
  list: InviteList,
  row: InviteRow,
): Promise<RowOutcome> {
  return row.mxid === null
    ? await inviteByMail(options, list, row)
    : await inviteUser(options, list, row.mxid)
}

async function inviteUser(
  { inviter }: InviteRowOptions,
  { room_id }: InviteList,
  mxid: string,
): Promise<RowOutcome> {
  const member = await inviter.state(room_id, 'm.room.member', mxid)
  // Not there is an answer; everything else that is none will hold for the invitation, too.
  if (member.result !== 'done' && member.result !== 'missing') return member
  const membership = member.result === 'done' ? memberSchema.safeParse(member.value).data?.membership : null
  if (membership === 'join' || membership === 'invite') return skipped('in-room')
  if (membership === 'ban') return over('failed', 'banned')
  const called = await inviter.invite(room_id, { user_id: mxid })
  return called.result === 'done' ? over('invited', null) : called
}

async function inviteByMail(
  options: InviteRowOptions,
  { room_id, sender }: InviteList,
  { address }: InviteRow,
): Promise<RowOutcome> {
  const { inviter, storage, idServer, idToken, ownerOf } = options
  const owner = await ownerOf(address, sender)
  if (owner !== null) return { result: 'owned', mxid: owner }
  if (await isInvited(storage, { room_id, sender, address })) return skipped('invited-before')
  const by = { sender, senderServer: parseUserId(sender)?.serverName ?? '', roomId: room_id }
  if (isBlocked({ config: options.config, by }, address)) return over('failed', 'blocked')
  const token = await idToken()
  if (token.result === 'forbidden' || token.result === 'missing') return { ...token, result: 'no-account' }
  if (token.result !== 'done') return token
  const called = await inviter.invite(room_id, {
    ...{ medium: 'email', address, id_server: idServer, id_access_token: token.value },
  })
  return called.result === 'done' ? over('mailed', null) : called
}

const over = (state: InviteRowState, detail: string | null): RowOutcome => ({ result: 'over', state, detail })
const skipped = (detail: string) => over('skipped', detail)

/** Also what a process had sent that died before it could note it. */
async function isInvited(
  { db }: Storage,
  {
    room_id,
    sender,
    address,
  }: { readonly room_id: string; readonly sender: string; readonly address: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('invitations')
    .select('id')
    .where('medium', '=', 'email')
    .where('address', '=', address)
    .where('state', 'in', ['pending', 'resolved', 'delivered', 'accepted'])
    .where('room_id', '=', room_id)
    .where('sender', '=', sender)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
