import { Button, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { invalidate, useApiPages } from '../../api/hooks.ts'
import { useEvent } from '../../api/use-events.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { maskAddress } from '../../components/mask.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { useText } from '../../texts/use-text.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { FilterBar } from './filter-bar.tsx'
import { useFilters } from './filters.ts'
import { InvitationDrawer } from './invitation-drawer.tsx'
import { ListsCard } from './lists/lists-card.tsx'
import { NewListPage } from './lists/new-list-page.tsx'
import { OutcomeList } from './outcome-list.tsx'
import { useActions } from './use-actions.ts'
import { useColumns } from './use-columns.tsx'

export function Page() {
  return useParams()['*'] === 'new-list' ? <NewListPage /> : <InboxPage />
}

function InboxPage() {
  const t = useText('invitations')
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <Button component={Link} to="/invitations/new-list">
            {t('inviteList')}
          </Button>
        }
      />
      <Stack gap="md">
        <ListsCard />
        <Inbox />
      </Stack>
    </>
  )
}

function Inbox() {
  const t = useText('invitations')
  const filters = useFilters()
  const list = useApiPages('GET /api/invitations', { query: filters.query })
  const columns = useColumns()
  const [open, setOpen] = useOpenInvitation()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const actions = useActions(() => setChosen(new Set()))
  useNews()
  return (
    <Stack gap="md">
      <FilterBar filters={filters} />
      <QueryView query={list} loading={<LoadingRows rows={8} />}>
        {({ pages }) => {
          const rows = pages.flatMap(({ invitations }) => invitations)
          return (
            <>
              <BulkBar
                chosen={rows.filter(({ id }) => chosen.has(id))}
                actions={actions}
                onNone={() => setChosen(new Set())}
              />
              <OutcomeList actions={actions} invitations={rows} />
              <DataTable
                label={t('list')}
                rows={rows}
                rowKey={({ id }) => id}
                rowName={({ address }) => maskAddress(address)}
                onOpen={({ id }) => setOpen(id)}
                choice={{ keys: chosen, onChange: setChosen }}
                more={list}
                columns={columns}
                empty={<Nothing filters={filters} />}
              />
            </>
          )
        }}
      </QueryView>
      <InvitationDrawer id={open} onClose={() => setOpen(null)} />
    </Stack>
  )
}

function Nothing({ filters: { view, q } }: { readonly filters: ReturnType<typeof useFilters> }) {
  const t = useText('invitations')
  if (view.id === 'troubled' && q === '') {
    return (
      <EmptyState title={t('nothingTroubled')} level={2}>
        {t('nothingTroubledBody')}
      </EmptyState>
    )
  }
  const isFiltered = view.id !== '' || q !== ''
  return (
    <EmptyState title={t(isFiltered ? 'nothingFits' : 'nothing')} level={2}>
      {!isFiltered && t('nothingBody')}
      {q !== '' && t('nothingFitsBody')}
    </EmptyState>
  )
}

/** The invitation in the address of the page: other pages lead to it. */
function useOpenInvitation(): readonly [string | null, (id: string | null) => void] {
  const [params, setParams] = useSearchParams()
  const open = (id: string | null) =>
    setParams((former) => {
      const next = new URLSearchParams(former)
      if (id === null) next.delete('id')
      else next.set('id', id)
      return next
    })
  return [params.get('id'), open]
}

/** How soon after the first news the list is read again, so that many at once are one look. */
const SOON_MS = 2_000

/** Reads again when something happened to invitations. */
function useNews(): void {
  const queries = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useEvent('activity', ({ rows }) => {
    if (timer.current !== undefined || !rows.some(({ kind }) => kind === 'invitation')) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      void invalidate(queries, '/api/invitations')
    }, SOON_MS)
  })
}
