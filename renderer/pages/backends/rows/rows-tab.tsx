import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconDownload, IconPlus, IconSearch, IconUpload } from '@tabler/icons-react'
import { useDeferredValue, useState } from 'react'
import { useApiPages, useChange } from '../../../api/hooks.ts'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { DataTable } from '../../../components/data-table/data-table.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { saveFile } from '../../../components/save-file.ts'
import { useText } from '../../../texts/use-text.tsx'
import type { Backend } from '../model.ts'
import { Revealable } from '../reveal.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { RowDialog } from './row-dialog.tsx'
import { keyOfRow, threepidOf, type ListRow } from './row.ts'
import { useRowColumns } from './use-row-columns.tsx'

/** The rows of a list. */
export function RowsTab({ backend }: { readonly backend: Backend }) {
  const t = useText('backends')
  if (backend.state === 'waiting' && backend.health.state === 'off') {
    return (
      <EmptyState title={t('rowsWait')} level={2}>
        {t('rowsWaitBody')}
      </EmptyState>
    )
  }
  return <Rows id={backend.id} />
}

function Rows({ id }: { readonly id: string }) {
  const t = useText('backends')
  const columns = useRowColumns()
  const [search, setSearch] = useState('')
  const typed = useDeferredValue(search.trim())
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [edited, setEdited] = useState<ListRow | 'new' | null>(null)
  const [importing, setImporting] = useState(false)
  const [removing, setRemoving] = useState(false)
  const list = useApiPages('GET /api/list/{id}', {
    params: { id },
    query: typed === '' ? {} : { search: typed },
  })
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  const total = list.data?.pages[0]
  const remove = useChange('POST /api/list/{id}/remove', {
    onDone: () => {
      setChosen(new Set())
      setRemoving(false)
    },
  })
  const download = useChange('POST /api/list/{id}/export', {
    invalidates: [],
    // The mark tells spreadsheets that it is UTF-8.
    onDone: ({ csv }) => saveFile(`${id}.csv`, `\uFEFF${csv}`, 'text/csv'),
  })
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end" gap="sm">
        <TextInput
          type="search"
          label={t('rowsSearch')}
          placeholder={t('rowsSearchHint')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          w="20rem"
          maw="100%"
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Group gap="sm">
          {chosen.size > 0 && (
            <Button variant="default" c="var(--status-problem)" onClick={() => setRemoving(true)}>
              {t('rowsRemove', { count: chosen.size })}
            </Button>
          )}
          <Button
            variant="default"
            loading={download.isPending}
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => download.mutate({ params: { id } })}
          >
            {t('export')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconUpload size={16} aria-hidden />}
            onClick={() => setImporting(true)}
          >
            {t('import')}
          </Button>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEdited('new')}>
            {t('rowAdd')}
          </Button>
        </Group>
      </Group>
      {download.error !== null && <ErrorState error={download.error} />}
      <QueryView query={list} loading={<LoadingRows rows={8} />}>
        {() => (
          <>
            {total !== undefined && total.addresses > 0 && (
              <Text size="sm" c="dimmed">
                {t('people', { count: total.people })}, {t('addresses', { count: total.addresses })}
              </Text>
            )}
            <Revealable>
              <DataTable
                label={t('tabRows')}
                rows={rows}
                columns={columns}
                rowKey={keyOfRow}
                rowName={({ mxid }) => mxid}
                onOpen={setEdited}
                choice={{ keys: chosen, onChange: setChosen }}
                more={list}
                empty={
                  typed === '' ? (
                    <EmptyState
                      title={t('rowsEmpty')}
                      level={2}
                      action={
                        <Button variant="default" onClick={() => setImporting(true)}>
                          {t('import')}
                        </Button>
                      }
                    >
                      {t('rowsEmptyBody')}
                    </EmptyState>
                  ) : (
                    <EmptyState title={t('rowsNone')} level={2}>
                      {t('rowsNoneBody')}
                    </EmptyState>
                  )
                }
              />
            </Revealable>
          </>
        )}
      </QueryView>
      {edited !== null && (
        <RowDialog id={id} row={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
      {importing && <ImportDialog id={id} onClose={() => setImporting(false)} />}
      <ConfirmDialog
        opened={removing}
        title={t('rowsRemoveTitle', { count: chosen.size })}
        consequence={
          <>
            {t('rowsRemoveWhat')}
            {remove.error !== null && <ErrorState error={remove.error} />}
          </>
        }
        action={t('rowsRemove', { count: chosen.size })}
        pending={remove.isPending}
        onClose={() => setRemoving(false)}
        onConfirm={() =>
          remove.mutate({
            params: { id },
            body: { rows: rows.filter((row) => chosen.has(keyOfRow(row))).map(threepidOf) },
          })
        }
      />
    </Stack>
  )
}
