import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { IconRefresh, IconSearch } from '@tabler/icons-react'
import { useDeferredValue, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { DataTable } from '../../../components/data-table/data-table.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import type { Backend, XrayRow } from '../model.ts'
import { Revealable } from '../reveal.tsx'
import { filterRows, isFaulty, isContested, shows, type Show } from './filter-rows.ts'
import { useColumns } from './use-columns.tsx'
import { useXray } from './use-xray.ts'

const showTexts = { all: 'showAll', problems: 'showProblems', conflicts: 'showConflicts' } as const

/** What the directory says, beside what Signpost makes of it. */
export function XrayTab({ backend }: { readonly backend: Backend }) {
  const t = useText('backends')
  const xray = useXray(backend.section)
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start">
        <Text c="dimmed" size="sm" maw="42rem">
          {t('xrayWhat')}
        </Text>
        <Button
          variant="default"
          loading={xray.isFetching}
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={() => void xray.refetch()}
        >
          {t('xrayAgain')}
        </Button>
      </Group>
      <QueryView query={xray} loading={<LoadingRows rows={8} height={56} />}>
        {({ rows, isWhole, ms }) => <People rows={rows} isWhole={isWhole} ms={ms} />}
      </QueryView>
    </Stack>
  )
}

interface PeopleProps {
  readonly rows: readonly XrayRow[]
  readonly isWhole: boolean
  readonly ms: number
}

function People({ rows, isWhole, ms }: PeopleProps) {
  const t = useText('backends')
  const formats = useFormats()
  const columns = useColumns()
  const [query, setQuery] = useSearchParams()
  const search = query.get('q') ?? ''
  const show: Show = shows.find((one) => one === query.get('show')) ?? 'all'
  const typed = useDeferredValue(search)
  const found = useMemo(() => filterRows(rows, show, typed), [rows, show, typed])
  const change = (name: string, value: string) =>
    setQuery(
      (former) => {
        if (value === '') former.delete(name)
        else former.set(name, value)
        return former
      },
      { replace: true },
    )
  const counts = {
    all: rows.length,
    problems: rows.filter(isFaulty).length,
    conflicts: rows.filter(isContested).length,
  }
  if (rows.length === 0) {
    return (
      <EmptyState title={t('xrayEmpty')} level={2}>
        {t('xrayEmptyBody')}
      </EmptyState>
    )
  }
  return (
    <>
      <Group align="flex-end" gap="md">
        <TextInput
          type="search"
          label={t('xraySearch')}
          placeholder={t('xraySearchHint')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          w="20rem"
          maw="100%"
          onChange={(event) => change('q', event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={t('show')}
          value={show}
          data={shows.map((one) => ({ value: one, label: t(showTexts[one], { count: counts[one] }) }))}
          onChange={(next) => change('show', next === 'all' ? '' : next)}
        />
      </Group>
      <Text size="sm" c="dimmed" role="status">
        {t(isWhole ? 'xrayRead' : 'xrayMore', { count: rows.length, time: formats.duration(ms) })}
      </Text>
      <Revealable>
        <DataTable
          label={t('tabXray')}
          rows={found}
          columns={columns}
          rowKey={({ key }) => key}
          rowName={({ mxid, key }) => mxid ?? key}
          empty={
            <EmptyState title={t(search === '' ? 'xrayClean' : 'xrayNobody')} level={2}>
              {t(search === '' ? 'xrayCleanBody' : 'xrayNobodyBody')}
            </EmptyState>
          }
        />
      </Revealable>
    </>
  )
}
