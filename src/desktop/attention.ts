import type { Appliance } from '../appliance.ts'
import type { Clock } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { Attention, NoticeKind } from './messages.ts'

/** Something a person has to look at, for as long as it is so. */
export interface Concern extends Attention {
  readonly code: NoticeKind
  /** Tells it from others of its kind. */
  readonly subject: string
}

export interface InvitationCounts {
  readonly pending: number
  readonly failed: number
}

const DAY_MS = 86_400_000
/** Before this, whoever renews certificates has every chance to do so. */
const EXPIRY_WARNING_MS = 7 * DAY_MS

export async function countInvitations({ db }: Storage): Promise<InvitationCounts> {
  const rows = await db
    .selectFrom('invitations')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('state', 'in', ['pending', 'failed'])
    .groupBy('state')
    .execute()
  const of = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0)
  return { pending: of('pending'), failed: of('failed') }
}

export function invitationConcerns({ failed }: InvitationCounts): readonly Concern[] {
  if (failed === 0) return []
  const text =
    failed === 1 ? 'An invitation cannot be delivered.' : `${failed} invitations cannot be delivered.`
  return [{ code: 'invitation-undeliverable', subject: '', text }]
}

/** A directory counts as down once its breaker has opened: a single failure is no news. */
export function backendConcerns({
  backends,
}: Pick<Appliance['directories'], 'backends'>): readonly Concern[] {
  return backends
    .filter((backend) => backend.state().breaker !== 'closed')
    .map(({ id }) => ({ code: 'backend-down', subject: id, text: `The directory "${id}" does not answer.` }))
}

export async function certificateConcerns(tls: Appliance['tls'], clock: Clock): Promise<readonly Concern[]> {
  const { certificate } = await tls.status()
  if (certificate === null) return []
  const left = certificate.notAfter - clock.now()
  if (left > EXPIRY_WARNING_MS) return []
  const days = Math.floor(left / DAY_MS)
  const when = left < 0 ? 'has run out' : days < 1 ? 'runs out today' : `runs out in ${days} days`
  return [
    {
      code: 'certificate-expiring',
      subject: certificate.fingerprint,
      text: `The certificate of the public listener ${when}.`,
    },
  ]
}
