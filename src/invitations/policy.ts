import type { Kysely } from 'kysely'
import type { Config } from '../config/schema.ts'
import { caseFold } from '../matrix/case-folding.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Database } from '../storage/schema.ts'
import type { Invitation } from './invitation.ts'
import { domainOf } from './new-invitation.ts'
import type { StoreRequest } from './store-request.ts'

/** Members that carry a URL or an id of the homeserver's own; a keyword in them says nothing about the sender. */
const notShown = new Set(['org.matrix.web_client_location', 'room_avatar_url', 'sender_avatar_url', 'medium'])

/** What decides whether an invitation is wanted. */
export type Judged = Pick<
  StoreRequest,
  'medium' | 'address' | 'roomId' | 'sender' | 'senderServer' | 'properties'
>

/**
 * Refuses what the operator does not want to be delivered.
 * @throws MatrixError `M_FORBIDDEN`.
 */
export function checkPolicy(rules: Config['invitations']['blocked'], request: Judged): void {
  const domain = domainOf(request.address)
  if (rules.homeservers.includes(request.senderServer))
    throw refused('Users of this homeserver cannot invite here.')
  if (rules.senders.includes(request.sender)) throw refused('You cannot invite by e-mail here.')
  if (rules.rooms.includes(request.roomId)) throw refused('Nobody can be invited to this room by e-mail.')
  if (request.medium === 'email' && rules.domains.some((each) => each.toLowerCase() === domain)) {
    throw refused('Invitations to this e-mail domain are not delivered.')
  }
  const texts = Object.entries(request.properties).flatMap(([name, value]) =>
    notShown.has(name) ? [] : [caseFold(value)],
  )
  if (rules.keywords.some((keyword) => texts.some((text) => text.includes(caseFold(keyword))))) {
    throw refused('The invitation contains a word that is not allowed here.')
  }
}

/**
 * Caps what may wait, so that nobody fills the database or a mailbox.
 * @throws MatrixError `M_LIMIT_EXCEEDED`.
 */
export async function checkCaps(
  db: Kysely<Database>,
  rules: Config['invitations'],
  request: StoreRequest,
): Promise<void> {
  const perAddress = await countPending(db, { medium: request.medium, address: request.address })
  if (perAddress >= rules.maxPendingPerAddress) throw tooMany('This address has too many open invitations.')
  const perSender = await countPending(db, { sender: request.sender })
  if (perSender >= rules.maxPendingPerSender) throw tooMany('You have too many open invitations.')
  if (request.medium !== 'email') return
  const perDomain = await countPending(db, { address_domain: domainOf(request.address) })
  if (perDomain >= rules.maxPendingPerDomain)
    throw tooMany('This e-mail domain has too many open invitations.')
}

async function countPending(
  db: Kysely<Database>,
  of: Partial<Pick<Invitation, 'medium' | 'address' | 'sender' | 'address_domain'>>,
): Promise<number> {
  const row = await db
    .selectFrom('invitations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where((eb) => eb.and(of))
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

const refused = (message: string) => new MatrixError('M_FORBIDDEN', { message })
const HOUR_S = 3600
const tooMany = (message: string) =>
  new MatrixError('M_LIMIT_EXCEEDED', { message, headers: { 'retry-after': String(HOUR_S) } })
