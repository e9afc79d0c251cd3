import { Button, Group, MultiSelect, Pill, TextInput } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconSearch } from '@tabler/icons-react'
import { useState, type SubmitEvent } from 'react'
import { useFormats, useText, type PlainKey } from '../../../texts/use-text.tsx'
import { kindTexts, outcomeTexts } from '../words.ts'
import classes from './filter-bar.module.css'
import type { FilterName, Filters } from './filters.ts'

export interface FilterBarProps {
  readonly filters: Filters
  readonly onChange: (changes: Filters) => void
  readonly onClear: () => void
  readonly isPaused: boolean
  readonly onPause: () => void
  readonly onResume: () => void
}

/** Those that come from links of other pages and from the details of a row. */
const pillTexts = {
  user: 'filterUser',
  server: 'filterServer',
  source: 'filterSource',
  code: 'filterCode',
  subject: 'filterSubject',
  request: 'filterRequest',
  from: 'filterFrom',
  to: 'filterTo',
} as const satisfies Partial<Record<FilterName, PlainKey<'activity'>>>

export function FilterBar(props: FilterBarProps) {
  const t = useText('activity')
  const { filters, onChange } = props
  const options = (texts: Readonly<Record<string, PlainKey<'activity'>>>) =>
    Object.entries(texts).map(([value, key]) => ({ value, label: t(key) }))
  return (
    <div role="search" aria-label={t('filters')}>
      <div className={classes.bar}>
        <SearchField key={filters.q ?? ''} value={filters.q ?? ''} onSearch={(q) => onChange({ q })} />
        <MultiSelect
          aria-label={t('kind')}
          placeholder={filters.kind === undefined ? t('kindAny') : ''}
          data={options(kindTexts)}
          value={filters.kind?.split(',') ?? []}
          onChange={(values) => onChange({ kind: values.join(',') })}
          clearable
        />
        <MultiSelect
          aria-label={t('outcome')}
          placeholder={filters.outcome === undefined ? t('outcomeAny') : ''}
          data={options(outcomeTexts)}
          value={filters.outcome?.split(',') ?? []}
          onChange={(values) => onChange({ outcome: values.join(',') })}
          clearable
        />
        {props.isPaused ? (
          <Button
            variant="default"
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            onClick={props.onResume}
          >
            {t('resume')}
          </Button>
        ) : (
          <Button
            variant="default"
            leftSection={<IconPlayerPause size={16} aria-hidden />}
            onClick={props.onPause}
          >
            {t('pause')}
          </Button>
        )}
      </div>
      <Pills filters={filters} onChange={onChange} onClear={props.onClear} />
    </div>
  )
}

function SearchField({
  value,
  onSearch,
}: {
  readonly value: string
  readonly onSearch: (q: string) => void
}) {
  const t = useText('activity')
  const [typed, setTyped] = useState(value)
  const search = (event: SubmitEvent) => {
    event.preventDefault()
    onSearch(typed.trim())
  }
  return (
    <form onSubmit={search}>
      <TextInput
        type="search"
        aria-label={t('search')}
        placeholder={t('searchHint')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </form>
  )
}

function Pills({ filters, onChange, onClear }: Pick<FilterBarProps, 'filters' | 'onChange' | 'onClear'>) {
  const t = useText('activity')
  const formats = useFormats()
  const given = (Object.keys(pillTexts) as (keyof typeof pillTexts)[]).filter(
    (name) => filters[name] !== undefined,
  )
  if (Object.keys(filters).length === 0) return null
  return (
    <Group gap="xs" mt="sm">
      {given.map((name) => {
        const label = t(pillTexts[name])
        const text = filters[name] ?? ''
        const value = name === 'from' || name === 'to' ? formats.dateTime(Number(text)) : text
        // A subject and a request are of use to the server alone.
        const isOpaque = name === 'subject' || name === 'request'
        return (
          <Pill
            key={name}
            size="md"
            withRemoveButton
            removeButtonProps={{ 'aria-label': t('filterRemove', { name: label, value }), tabIndex: 0 }}
            onRemove={() => onChange({ [name]: '' })}
          >
            {isOpaque ? label : t('filterIs', { name: label, value })}
          </Pill>
        )
      })}
      <Button size="compact-sm" variant="subtle" onClick={onClear}>
        {t('filterClear')}
      </Button>
    </Group>
  )
}
