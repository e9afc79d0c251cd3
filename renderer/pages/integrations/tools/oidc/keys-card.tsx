import { Text } from '@mantine/core'
import type { AnswerOf } from '../../../../api/client.ts'
import { useApi } from '../../../../api/hooks.ts'
import type { Column } from '../../../../components/data-table/columns.ts'
import { DataTable } from '../../../../components/data-table/data-table.tsx'
import { QueryView } from '../../../../components/query-view.tsx'
import { SectionCard } from '../../../../components/section-card.tsx'
import { Status } from '../../../../components/status.tsx'
import { Time } from '../../../../components/time.tsx'
import { useText } from '../../../../texts/use-text.tsx'

type Key = AnswerOf<'GET /api/integrations/oidc'>['keys'][number]

/** The keys that sign who somebody is, and how old they are. */
export function KeysCard() {
  const t = useText('integration-tools')
  const provider = useApi('GET /api/integrations/oidc')
  const columns = useColumns()
  return (
    <SectionCard title={t('keys')} description={t('keysBody')}>
      <QueryView query={provider}>
        {({ keys }) =>
          keys.length === 0 ? (
            <Text size="sm">{t('noKeys')}</Text>
          ) : (
            <DataTable
              label={t('keys')}
              rows={keys.toReversed()}
              rowKey={({ id }) => id}
              columns={columns}
              empty={null}
            />
          )
        }
      </QueryView>
    </SectionCard>
  )
}

function useColumns(): readonly Column<Key>[] {
  const t = useText('integration-tools')
  return [
    { id: 'id', header: t('keyId'), cell: ({ id }) => <code>{id}</code> },
    { id: 'made', header: t('keyMade'), width: '12rem', cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      id: 'state',
      header: t('keyState'),
      width: '14rem',
      cell: ({ state }) => <Status kind={state === 'signs' ? 'ok' : 'off'} label={t(`key_${state}`)} />,
    },
  ]
}
