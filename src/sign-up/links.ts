import type { Kysely, Transaction } from 'kysely'
import { hashToken, newToken } from '../accounts/tokens.ts'
import { findInvitation, type Invitation } from '../invitations/invitation.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { addressTurn, takeTurns } from '../storage/take-turns.ts'
import type { Medium } from '../matrix/threepid.ts'

/** What a link leads to. */
export type Link =
  | { readonly state: 'open'; readonly invitation: Invitation; readonly lastLocalpart: string | null }
  /** `used`: an account was made with this invitation. `owned`: the address has one. `over`: expired or revoked. */
  | { readonly state: 'used' | 'owned' | 'over' | 'busy' | 'unknown' }

/** Makes another link for an invitation. Answers its token, which is stored nowhere. */
export async function makeLink(
  db: Kysely<Database>,
  runtime: Runtime,
  invitationId: string,
): Promise<string> {
  const token = newToken(runtime)
  const nothingYet = { claimed_until: null, localpart: null, used_at: null, mxid: null }
  await db
    .insertInto('sign_up_links')
    .values({
      ...{ token_hash: hashToken(token), invitation_id: invitationId, created_at: runtime.clock.now() },
      ...nothingYet,
    })
    .execute()
  return token
}

export async function readLink(db: Kysely<Database>, token: string, now: number): Promise<Link> {
  const row = await db
    .selectFrom('sign_up_links')
    .select(['invitation_id'])
    .where('token_hash', '=', hashToken(token))
    .executeTakeFirst()
  const invitation = row === undefined ? null : await findInvitation(db, row.invitation_id)
  if (invitation === null) return { state: 'unknown' }
  // An invitation makes one account, however many mails were written about it.
  const links = await db
    .selectFrom('sign_up_links')
    .select(['used_at', 'claimed_until', 'localpart'])
    .where('invitation_id', '=', invitation.id)
    .execute()
  if (links.some(({ used_at }) => used_at !== null)) return { state: 'used' }
  const state = await stateOf(db, invitation, now)
  if (state !== 'open') return { state }
  if (links.some(({ claimed_until }) => claimed_until !== null && claimed_until > now)) {
    return { state: 'busy' }
  }
  const lastLocalpart = links.find(({ localpart }) => localpart !== null)?.localpart ?? null
  return { state: 'open', invitation, lastLocalpart }
}

async function stateOf(
  db: Kysely<Database>,
  { state, expires_at, medium, address }: Invitation,
  now: number,
): Promise<'open' | 'owned' | 'over'> {
  if (state === 'expired' || state === 'revoked') return 'over'
  if (state !== 'pending') return 'owned'
  if (expires_at <= now) return 'over'
  const owner = await db
    .selectFrom('associations')
    .select('mxid')
    .where('medium', '=', medium)
    .where('address', '=', address)
    .executeTakeFirst()
  return owner === undefined ? 'open' : 'owned'
}

/** Several questions to the homeserver, each with its time limit. */
const CLAIM_MS = 120_000

/** Keeps an open link for one sign-up; others find it `busy` until it is let go of. */
export async function claimLink(
  storage: Storage,
  now: number,
  token: string,
  localpart: string,
): Promise<Link> {
  return await storage.transaction(async (tx) => {
    const seen = await readLink(tx, token, now)
    if (seen.state !== 'open') return seen
    const { medium, address } = seen.invitation
    await takeTurns(tx, addressTurn({ medium: medium as Medium, address }))
    const link = await readLink(tx, token, now)
    if (link.state === 'open') await change(tx, token, { claimed_until: now + CLAIM_MS, localpart })
    return link
  })
}

/** Nothing came of it: the link works again. */
export async function releaseLink({ db }: Storage, token: string): Promise<void> {
  await change(db, token, { claimed_until: null })
}

/** The link has done its work. */
export async function useUpLink({ db }: Storage, now: number, token: string, mxid: string): Promise<void> {
  await change(db, token, { claimed_until: null, used_at: now, mxid })
}

async function change(
  db: Kysely<Database> | Transaction<Database>,
  token: string,
  values: Partial<Pick<Database['sign_up_links'], 'claimed_until' | 'localpart' | 'used_at' | 'mxid'>>,
): Promise<void> {
  await db.updateTable('sign_up_links').set(values).where('token_hash', '=', hashToken(token)).execute()
}

/** How many invitations have a link that works, and how many accounts were made with one. */
export async function countLinks(
  db: Kysely<Database>,
  now: number,
): Promise<{ readonly open: number; readonly used: number }> {
  const usedUp = db.selectFrom('sign_up_links').select('invitation_id').where('used_at', 'is not', null)
  const open = await db
    .selectFrom('sign_up_links as link')
    .innerJoin('invitations as invitation', 'invitation.id', 'link.invitation_id')
    .select((eb) => eb.fn.count<number>('link.invitation_id').distinct().as('count'))
    .where('invitation.state', '=', 'pending')
    .where('invitation.expires_at', '>', now)
    .where('link.invitation_id', 'not in', usedUp)
    .executeTakeFirstOrThrow()
  const used = await db
    .selectFrom('sign_up_links')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('used_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return { open: Number(open.count), used: Number(used.count) }
}

/** The accounts that were made last, the newest first. */
export async function latestSignUps(
  db: Kysely<Database>,
  limit: number,
): Promise<readonly { readonly mxid: string; readonly at: number }[]> {
  const rows = await db
    .selectFrom('sign_up_links')
    .select(['mxid', 'used_at'])
    .where('used_at', 'is not', null)
    .orderBy('used_at', 'desc')
    .limit(limit)
    .execute()
  return rows.flatMap(({ mxid, used_at }) =>
    mxid === null || used_at === null ? [] : [{ mxid, at: used_at }],
  )
}
