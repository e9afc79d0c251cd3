import { Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useText } from '../../texts/use-text.tsx'

type Peer = AnswerOf<'GET /api/federation'>['peers'][number]

export function PeersCard({
  peers,
  isAsking,
}: {
  readonly peers: readonly Peer[]
  readonly isAsking: boolean
}) {
  const t = useText('federation')
  return (
    <SectionCard title={t('peers')} description={t('peersBody')}>
      <DataTable
        label={t('peers')}
        rows={peers}
        rowKey={({ purpose, host }) => `${purpose} ${host}`}
        columns={useColumns()}
        firstSorting={{ column: 'last', descending: true }}
        empty={<EmptyState title={t('noPeers')}>{t(isAsking ? 'noPeersBody' : 'noPeersOff')}</EmptyState>}
      />
    </SectionCard>
  )
}

function useColumns(): readonly Column<Peer>[] {
  const t = useText('federation')
  return [
    { id: 'host', header: t('host'), cell: ({ host }) => host, sortBy: ({ host }) => host },
    { id: 'purpose', header: t('purpose'), width: '10rem', cell: ({ purpose }) => t(`purpose_${purpose}`) },
    { id: 'state', header: t('state'), width: '30%', cell: stateOf },
    {
      id: 'calls',
      header: t('calls'),
      width: '10rem',
      cell: ({ calls, failures }) => (failures === 0 ? calls : t('callsFailed', { calls, failures })),
      sortBy: ({ calls }) => calls,
    },
    { id: 'last', header: t('last'), width: '10rem', cell: lastOf, sortBy: ({ lastAt }) => lastAt },
  ]
}

const lastOf = ({ lastAt }: Peer) => <Time at={lastAt} />

const stateOf = ({ state, lastError }: Peer) => (
  <div>
    <Status kind={state} />
    {state !== 'ok' && lastError !== null && (
      <Text size="sm" c="dimmed">
        {lastError.reason}
      </Text>
    )}
  </div>
)
