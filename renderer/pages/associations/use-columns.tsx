import { Button } from '@mantine/core'
import type { Column } from '../../components/data-table/columns.ts'
import { MaskedAddress } from '../../components/masked-address.tsx'
import { Time } from '../../components/time.tsx'
import { useText } from '../../texts/use-text.tsx'
import type { Association } from './page.tsx'

export function useColumns(onUnbind: (association: Association) => void): readonly Column<Association>[] {
  const t = useText('associations')
  return [
    { id: 'address', header: t('address'), cell: ({ address }) => <MaskedAddress address={address} /> },
    { id: 'mxid', header: t('mxid'), cell: ({ mxid }) => mxid },
    { id: 'since', header: t('since'), width: '11rem', cell: ({ boundAt }) => <Time at={boundAt} /> },
    {
      id: 'actions',
      header: t('actions'),
      width: '9rem',
      align: 'end',
      cell: (row) => (
        <Button size="compact-sm" variant="default" onClick={() => onUnbind(row)}>
          {t('unbind')}
        </Button>
      ),
    },
  ]
}
