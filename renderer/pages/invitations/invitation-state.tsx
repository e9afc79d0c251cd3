import { Status, type StatusKind } from '../../components/status.tsx'
import { useText } from '../../texts/use-text.tsx'
import type { Invitation } from './filters.ts'

const kinds = {
  pending: 'unknown',
  resolved: 'unknown',
  delivered: 'ok',
  accepted: 'ok',
  expired: 'off',
  revoked: 'off',
  failed: 'problem',
} as const satisfies Record<Invitation['state'], StatusKind>

/** How far it has come; what waits because something failed says so. */
export function InvitationState({ state, waitReason }: Pick<Invitation, 'state' | 'waitReason'>) {
  const t = useText('invitations')
  const isStuck = waitReason !== null && (state === 'pending' || state === 'resolved')
  return <Status kind={isStuck ? 'warning' : kinds[state]} label={t(isStuck ? 'waits' : state)} />
}
