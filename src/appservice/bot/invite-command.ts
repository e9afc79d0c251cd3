import type { Asked } from './commands.ts'
import { maskAddress } from '../../activity/masking.ts'
import { readHistory } from '../../invitations/history.ts'
import { findInvitation } from '../../invitations/invitation.ts'
import { listInvitations } from '../../invitations/list.ts'
import type { Resending } from '../../invitations/resend.ts'
import { revokeInvitation } from '../../invitations/revoke.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'

export interface InviteCommandOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  /** `openResend` of `invitations/`. */
  readonly resend: (id: string, by: string) => Promise<Resending>
  readonly wake: () => void
}

type Action = (options: InviteCommandOptions, asked: Asked, id: string) => Promise<string>

const LISTED = 10
const usage = 'Write !invite list, or one of show, resend and revoke with the ID of an invitation.'
const unknown = 'There is no invitation with this ID.'

const actions: Readonly<Record<string, Action>> = { show, resend, revoke }

/** `!invite list|show|resend|revoke`. */
export async function inviteCommand(
  options: InviteCommandOptions,
  asked: Asked,
  args: readonly string[],
): Promise<string> {
  const [name = '', id, ...rest] = args
  if (name === 'list' && id === undefined) return await list(options, asked)
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  return action === undefined || id === undefined || rest.length > 0
    ? usage
    : await action(options, asked, id)
}

async function list({ storage }: InviteCommandOptions, asked: Asked): Promise<string> {
  const invitations = await listInvitations(storage.db, {
    states: ['pending', 'resolved', 'failed'],
    limit: LISTED + 1,
  })
  if (invitations.length === 0) return 'No invitation is open.'
  const lines = invitations
    .slice(0, LISTED)
    .map(({ id, state, address, sender }) => `${id}  ${state}  ${shown(asked, address)}  from ${sender}`)
  return [...lines, ...(invitations.length > LISTED ? ['and older ones'] : [])].join('\n')
}

async function show({ storage }: InviteCommandOptions, asked: Asked, id: string): Promise<string> {
  const invitation = await findInvitation(storage.db, id)
  if (invitation === null) return unknown
  const { state, address, sender, room_id, expires_at, resolved_mxid } = invitation
  const history = await readHistory(storage.db, id)
  return [
    `${id}: ${state}`,
    `to ${shown(asked, address)}, from ${sender}, into ${room_id}`,
    ...(state === 'pending' ? [`expires ${time(expires_at)}`] : []),
    ...(resolved_mxid === null ? [] : [`for ${resolved_mxid}`]),
    ...history.slice(-LISTED).map(({ at, event, detail }) => `${time(at)}  ${event}: ${detail}`),
  ].join('\n')
}

async function resend(options: InviteCommandOptions, { sender }: Asked, id: string): Promise<string> {
  const resending = await options.resend(id, sender)
  switch (resending.result) {
    case 'queued':
      options.wake()
      return `The invited person is written to again. The invitation now expires ${time(resending.expiresAt)}.`
    case 'too-soon':
      return `The last mail is too recent. Try again after ${time(resending.notBefore)}.`
    case 'not-pending':
      return `It is ${resending.state}: only who has not been found yet is written to.`
    case 'refused':
      return `Nothing was sent: ${resending.reason}`
    case 'unknown':
      return unknown
  }
}

async function revoke(
  { storage, runtime }: InviteCommandOptions,
  { sender }: Asked,
  id: string,
): Promise<string> {
  const revocation = await revokeInvitation(storage, runtime, id, sender)
  switch (revocation.result) {
    case 'revoked':
      return 'It is revoked: nobody can use it any more.'
    case 'over':
      return `It was ${revocation.state} before: nobody can use it.`
    case 'too-late':
      return `It is ${revocation.state}: it is the room's now, where it can be taken back.`
    case 'unknown':
      return unknown
  }
}

const shown = ({ isDirect }: Asked, address: string) => (isDirect ? address : maskAddress(address))
const time = (milliseconds: number) =>
  `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`
