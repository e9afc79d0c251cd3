import { Text } from '@mantine/core'
import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { MaskedAddress } from '../../components/masked-address.tsx'
import { useText } from '../../texts/use-text.tsx'
import type { CompareReport } from './comparison-card.tsx'

type Difference = CompareReport['differences'][number]

/** The addresses to which the two servers have different answers. */
export function DifferencesTable({ report }: { readonly report: CompareReport }) {
  const t = useText('take-over')
  const columns = useColumns()
  const { differences, more, compared } = report
  return (
    <>
      <DataTable
        label={t('differences')}
        rows={differences}
        columns={columns}
        rowKey={({ medium, address }) => `${medium} ${address}`}
        empty={compared > 0 && <Text size="sm">{t('compareAlike')}</Text>}
      />
      {more > 0 && <Text size="sm">{t('differencesMore', { count: more })}</Text>}
    </>
  )
}

function useColumns(): readonly Column<Difference>[] {
  const t = useText('take-over')
  return [
    { id: 'address', header: t('address'), sortBy: ({ address }) => address, cell: addressOf },
    { id: 'here', header: t('here'), sortBy: ({ here }) => here, cell: ({ here }) => here ?? t('nobody') },
    {
      id: 'there',
      header: t('there'),
      sortBy: ({ there }) => there,
      cell: ({ there }) => there ?? t('nobody'),
    },
  ]
}

const addressOf = ({ address }: Difference) => <MaskedAddress address={address} />
