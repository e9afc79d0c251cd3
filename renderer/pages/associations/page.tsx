import { Alert, Stack } from '@mantine/core'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { AnswerOf } from '../../api/client.ts'
import { useApiPages, useChange } from '../../api/hooks.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { maskAddress } from '../../components/mask.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SearchForm } from '../../components/search-form.tsx'
import { useText } from '../../texts/use-text.tsx'
import { DownloadButton } from './download-button.tsx'
import { useColumns } from './use-columns.tsx'

export type Association = AnswerOf<'GET /api/associations'>['associations'][number]

export function Page() {
  const t = useText('associations')
  const [params, setParams] = useSearchParams()
  const q = params.get('q') ?? ''
  const list = useApiPages('GET /api/associations', { query: q === '' ? {} : { q } })
  const [asking, setAsking] = useState<Association | null>(null)
  const unbind = useChange('POST /api/associations/unbind')
  const columns = useColumns(setAsking)
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={<DownloadButton q={q} />} />
      <Stack gap="md">
        <SearchForm
          key={q}
          label={t('search')}
          action={t('find')}
          value={q}
          width="22rem"
          onSearch={(text) => setParams(text === '' ? {} : { q: text })}
        />
        <div aria-live="polite">
          {unbind.error !== null && <ErrorState error={unbind.error} />}
          {unbind.data !== undefined && (
            <Alert color="petrol" title={t(unbind.data.removed ? 'unbound' : 'notBound')} />
          )}
        </div>
        <QueryView query={list} loading={<LoadingRows rows={8} />}>
          {({ pages }) => (
            <DataTable
              label={t('list')}
              rows={pages.flatMap(({ associations }) => associations)}
              rowKey={({ medium, address }) => `${medium} ${address}`}
              rowName={({ address }) => maskAddress(address)}
              more={list}
              columns={columns}
              empty={
                <EmptyState title={t(q === '' ? 'nothing' : 'nothingFits')} level={2}>
                  {t(q === '' ? 'nothingBody' : 'nothingFitsBody')}
                </EmptyState>
              }
            />
          )}
        </QueryView>
      </Stack>
      <ConfirmDialog
        opened={asking !== null}
        title={t('unbindTitle')}
        consequence={t('unbindBody', {
          mxid: asking?.mxid ?? '',
          address: maskAddress(asking?.address ?? ''),
        })}
        action={t('unbind')}
        cancel={t('keep')}
        onClose={() => setAsking(null)}
        onConfirm={() => {
          setAsking(null)
          if (asking === null) return
          const { medium, address, mxid } = asking
          unbind.mutate({ body: { medium, address, mxid } })
        }}
      />
    </>
  )
}
