import { Group, Text } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import type { Column } from '../../../components/data-table/columns.ts'
import { DataTable } from '../../../components/data-table/data-table.tsx'
import { MaskedAddress } from '../../../components/masked-address.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import { useHoldingText, type Holding } from './holding-text.ts'

export type Report = AnswerOf<'POST /api/person/look'>

/** What is kept of a person, by kind and number. */
export function PersonReport({ report: { mxids, addresses, holdings } }: { readonly report: Report }) {
  const t = useText('backups')
  const columns = useColumns()
  return (
    <div>
      <Group gap="xs" mb="sm">
        <Text size="sm">{t('personAbout')}</Text>
        {mxids.map((mxid) => (
          <code key={mxid}>{mxid}</code>
        ))}
        {addresses.map(({ medium, address }) => (
          <MaskedAddress key={`${medium} ${address}`} address={address} />
        ))}
      </Group>
      <DataTable
        label={t('person')}
        rows={holdings.filter(({ found }) => found > 0)}
        rowKey={({ name }) => name}
        columns={columns}
        empty={<Text size="sm">{t('personNothing')}</Text>}
      />
    </div>
  )
}

function useColumns(): readonly Column<Holding>[] {
  const t = useText('backups')
  const formats = useFormats()
  const textOf = useHoldingText()
  return [
    { id: 'what', header: t('personWhat'), cell: (holding) => textOf(holding).title },
    {
      id: 'found',
      header: t('personFound'),
      align: 'end',
      width: '8rem',
      cell: ({ found }) => <span className="numeric">{formats.number(found)}</span>,
    },
    {
      id: 'stays',
      header: t('personStays'),
      width: '45%',
      cell: (holding) => textOf(holding).staysBecause ?? '–',
    },
  ]
}
