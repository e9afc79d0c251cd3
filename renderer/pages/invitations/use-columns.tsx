import { Text } from '@mantine/core'
import type { Column } from '../../components/data-table/columns.ts'
import { maskAddress } from '../../components/mask.ts'
import { Time } from '../../components/time.tsx'
import { useText } from '../../texts/use-text.tsx'
import type { Invitation } from './filters.ts'
import { InvitationState } from './invitation-state.tsx'

export function useColumns(): readonly Column<Invitation>[] {
  const t = useText('invitations')
  return [
    { id: 'address', header: t('who'), width: '22%', cell: ({ address }) => maskAddress(address) },
    { id: 'room', header: t('room'), cell: ({ roomName, roomId }) => roomName ?? <code>{roomId}</code> },
    { id: 'from', header: t('from'), width: '20%', cell: senderOf },
    { id: 'state', header: t('state'), width: '15rem', cell: (row) => <InvitationState {...row} /> },
    { id: 'made', header: t('made'), width: '10rem', cell: ({ createdAt }) => <Time at={createdAt} /> },
  ]
}

const senderOf = ({ sender }: Invitation) => (
  <Text size="sm" truncate title={sender}>
    {sender}
  </Text>
)
