import { Button, Group } from '@mantine/core'
import type { AnswerOf } from '../../../../api/client.ts'
import type { Column } from '../../../../components/data-table/columns.ts'
import { useText } from '../../../../texts/use-text.tsx'
import type { Deed } from './client-dialog.tsx'

type Client = AnswerOf<'GET /api/integrations/oidc'>['clients'][number]

export function useClientColumns(onDeed: (deed: Deed) => void): readonly Column<Client>[] {
  const t = useText('integration-tools')
  return [
    { id: 'name', header: t('clientName'), width: '9rem', cell: ({ name, id }) => name ?? id },
    { id: 'id', header: t('clientId'), cell: ({ id }) => <code>{id}</code> },
    {
      id: 'redirects',
      header: t('redirects'),
      cell: ({ redirectUris }) => redirectUris.map((uri) => <div key={uri}>{uri}</div>),
    },
    {
      id: 'actions',
      header: t('actions'),
      width: '16rem',
      align: 'end',
      cell: ({ id }) => (
        <Group gap="xs" justify="flex-end">
          <Button size="compact-sm" variant="default" onClick={() => onDeed({ kind: 'renew', id })}>
            {t('newSecret')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => onDeed({ kind: 'remove', id })}>
            {t('removeClient')}
          </Button>
        </Group>
      ),
    },
  ]
}
