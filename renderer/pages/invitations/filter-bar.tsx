import { Group, SegmentedControl } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { SearchForm } from '../../components/search-form.tsx'
import { useText } from '../../texts/use-text.tsx'
import { views, type useFilters } from './filters.ts'

/** Which invitations are shown. */
export function FilterBar({ filters }: { readonly filters: ReturnType<typeof useFilters> }) {
  const t = useText('invitations')
  const { view, q, change } = filters
  return (
    <Group justify="space-between" gap="md" align="flex-end">
      <SegmentedControl
        aria-label={t('filter')}
        transitionDuration={0}
        data={views.map(({ id, label }) => ({ value: id, label: t(label) }))}
        value={view.id}
        onChange={(next) => change('show', next)}
        maw="100%"
        style={{ overflowX: 'auto' }}
      />
      <SearchForm
        key={q}
        label={t('searchHint')}
        action={t('searchDo')}
        value={q}
        icon={<IconSearch size={16} aria-hidden />}
        width="19rem"
        onSearch={(text) => change('q', text)}
      />
    </Group>
  )
}
