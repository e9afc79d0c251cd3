import { Button, Group, SegmentedControl, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState, type SubmitEvent } from 'react'
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
      <Search key={q} q={q} onSearch={(text) => change('q', text)} />
    </Group>
  )
}

function Search({ q, onSearch }: { readonly q: string; readonly onSearch: (text: string) => void }) {
  const t = useText('invitations')
  const [text, setText] = useState(q)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSearch(text.trim())
  }
  return (
    <form onSubmit={submit} role="search">
      <Group gap="xs" wrap="nowrap">
        <TextInput
          aria-label={t('searchHint')}
          placeholder={t('searchHint')}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          leftSection={<IconSearch size={16} aria-hidden />}
          w={{ base: '100%', sm: '19rem' }}
        />
        <Button type="submit" variant="default" flex="none">
          {t('searchDo')}
        </Button>
      </Group>
    </form>
  )
}
