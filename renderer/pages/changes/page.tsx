import { SegmentedControl, Stack } from '@mantine/core'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useApi } from '../../api/hooks.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { useText } from '../../texts/use-text.tsx'
import { ChangeDrawer } from './change-drawer.tsx'
import { useColumns } from './use-columns.tsx'
import { useChangeList, type Change } from './use-change-list.ts'

const filters = ['', 'settings', 'session'] as const
const filterTexts = {
  '': 'filterAll',
  settings: 'filterSettings',
  session: 'filterSession',
} as const

export function Page() {
  const t = useText('changes')
  const [query, setQuery] = useSearchParams()
  const operation = filters.find((one) => one === query.get('show')) ?? ''
  const [open, setOpen] = useState<Change | null>(null)
  const list = useChangeList(operation)
  const columns = useColumns()
  const first = useApi('GET /api/changes', {
    query: { limit: 1 },
  })

  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="md">
        <SegmentedControl
          aria-label={t('filter')}
          w="fit-content"
          data={filters.map((value) => ({ value, label: t(filterTexts[value]) }))}
          value={operation}
          onChange={(value) => setQuery(value === '' ? {} : { show: value })}
        />
        <QueryView query={list} loading={<LoadingRows rows={8} />}>
          {({ pages }) => (
            <DataTable
              label={t('list')}
              rows={pages.flatMap(({ changes }) => changes)}
              rowKey={({ id }) => String(id)}
              rowName={({ id }) => t('detail', { id })}
              onOpen={setOpen}
              more={list}
              columns={columns}
              empty={
                (first.data?.changes.length ?? 0) > 0 ? (
                  <EmptyState title={t('nothingFits')} level={2} />
                ) : (
                  <EmptyState title={t('nothing')} level={2}>
                    {t('nothingBody')}
                  </EmptyState>
                )
              }
            />
          )}
        </QueryView>
      </Stack>
      <ChangeDrawer change={open} onClose={() => setOpen(null)} />
    </>
  )
}
