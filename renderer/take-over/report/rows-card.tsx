import { Text } from '@mantine/core'
import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import { sectionText, type Report } from '../model.ts'

type Section = Report['sections'][number]

const counts = ['added', 'replaced', 'unchanged', 'kept'] as const

/** Numbers of rows, by what becomes of them. Kinds without a row are no news. */
export function RowsCard({ sections }: { readonly sections: readonly Section[] }) {
  const t = useText('take-over')
  const columns = useColumns()
  const shown = sections.filter((section) => counts.some((count) => section[count] > 0))
  return (
    <SectionCard title={t('rowsTitle')}>
      <DataTable
        label={t('rowsTitle')}
        rows={shown}
        columns={columns}
        rowKey={({ section }) => section}
        empty={<Text size="sm">{t('rowsEmpty')}</Text>}
      />
    </SectionCard>
  )
}

function useColumns(): readonly Column<Section>[] {
  const t = useText('take-over')
  const formats = useFormats()
  return [
    { id: 'what', header: t('what'), cell: ({ section }) => t(sectionText(section)) },
    ...counts.map((count) => ({
      id: count,
      header: t(count),
      align: 'end' as const,
      width: '9rem',
      cell: (section: Section) => formats.number(section[count]),
    })),
  ]
}
