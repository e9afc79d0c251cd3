import { Button, Stack, Text } from '@mantine/core'
import { IconFilterOff } from '@tabler/icons-react'
import { useSearchParams } from 'react-router'
import { DataTable } from '../../../components/data-table/data-table.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import { useActivityWords } from '../words.ts'
import type { FeedState } from './feed.ts'
import { FilterBar } from './filter-bar.tsx'
import { useFilters } from './filters.ts'
import { RowDrawer } from './row-drawer.tsx'
import { TailLine } from './tail-line.tsx'
import { codeOf, useColumns } from './use-columns.tsx'
import { useFeed } from './use-feed.ts'
import { useTail } from './use-tail.ts'

/** The log, live: filters in the address of the page, pages of the past below, what happens now on top. */
export function LogView() {
  const t = useText('activity')
  const formats = useFormats()
  const words = useActivityWords()
  const columns = useColumns()
  const { filters, change, clear } = useFilters()
  const { feed, state } = useFeed(filters)
  const tail = useTail(feed)
  const [query, setQuery] = useSearchParams()
  const open = (row: string | null) =>
    setQuery((former) => {
      const next = new URLSearchParams(former)
      if (row === null) next.delete('row')
      else next.set('row', row)
      return next
    })

  return (
    <Stack gap="md">
      <FilterBar
        filters={filters}
        onChange={change}
        onClear={clear}
        isPaused={tail.isHeld}
        onPause={tail.hold}
        onResume={tail.follow}
      />
      {state.isPaused && <TailLine waiting={state.waiting} onFollow={tail.follow} />}
      {state.status === 'loading' && <LoadingRows rows={10} />}
      {state.status === 'failed' && <ErrorState error={state.error} onRetry={feed.load} />}
      {state.status === 'ready' && (
        <DataTable
          label={t('list')}
          rows={state.rows}
          columns={columns}
          rowKey={({ id }) => String(id)}
          rowName={(row) => t('rowName', { what: words.title(codeOf(row)), time: formats.time(row.at) })}
          onOpen={({ id }) => open(String(id))}
          more={{
            hasNextPage: state.hasMore,
            isFetchingNextPage: state.isFetchingMore,
            fetchNextPage: feed.loadMore,
          }}
          empty={<Nothing state={state} isFiltered={Object.keys(filters).length > 0} onClear={clear} />}
        />
      )}
      <About facts={state.facts} />
      <RowDrawer id={query.get('row')} onClose={() => open(null)} onFilter={(only) => change({ ...only })} />
    </Stack>
  )
}

interface NothingProps {
  readonly state: FeedState
  readonly isFiltered: boolean
  readonly onClear: () => void
}

function Nothing({ state: { facts }, isFiltered, onClear }: NothingProps) {
  const t = useText('activity')
  const formats = useFormats()
  if (!isFiltered) {
    return (
      <EmptyState title={t('nothing')} level={2}>
        {t('nothingBody')}
      </EmptyState>
    )
  }
  const clear = (
    <Button variant="default" onClick={onClear}>
      {t('filterClear')}
    </Button>
  )
  return (
    <EmptyState icon={IconFilterOff} title={t('nothingFits')} level={2} action={clear}>
      {facts !== null && t('nothingFitsBody', { time: formats.duration(facts.keepMs) })}
    </EmptyState>
  )
}

/** What the list does not show by itself: how far back it goes, and whether something is missing. */
function About({ facts }: Pick<FeedState, 'facts'>) {
  const t = useText('activity')
  const formats = useFormats()
  if (facts === null) return null
  return (
    <Text size="sm" c="dimmed">
      {t('keep', { time: formats.duration(facts.keepMs) })}{' '}
      {facts.lost > 0 && t('lost', { count: facts.lost })}
    </Text>
  )
}
