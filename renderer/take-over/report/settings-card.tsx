import { Chip, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status, type StatusKind } from '../../components/status.tsx'
import { useText } from '../../texts/use-text.tsx'
import type { Report } from '../model.ts'

type Setting = Report['settings'][number]
type Fate = Setting['fate']

const kinds = {
  same: 'ok',
  adapted: 'warning',
  default: 'ok',
  kept: 'warning',
  lost: 'problem',
  obsolete: 'off',
  unknown: 'off',
} as const satisfies Record<Fate, StatusKind>

const filters = {
  all: Object.keys(kinds) as readonly Fate[],
  over: ['same', 'default'],
  changed: ['adapted', 'kept'],
  lost: ['lost'],
  rest: ['obsolete', 'unknown'],
} as const satisfies Record<string, readonly Fate[]>

type Filter = keyof typeof filters

/** Each setting of the other server with what becomes of it. */
export function SettingsCard({ settings }: { readonly settings: readonly Setting[] }) {
  const t = useText('take-over')
  const columns = useColumns()
  const [filter, setFilter] = useState<Filter>('all')
  const rowsOf = (name: Filter) => settings.filter(({ fate }) => filters[name].some((each) => each === fate))
  if (settings.length === 0) return null
  return (
    <SectionCard title={t('settingsTitle')}>
      <Stack gap="md">
        <Chip.Group value={filter} onChange={(value) => setFilter(value as Filter)}>
          <Group gap="xs" role="radiogroup" aria-label={t('settingsFilter')}>
            {(Object.keys(filters) as Filter[]).map((value) => (
              <Chip key={value} value={value} size="sm">
                {t(`filter_${value}`, { count: rowsOf(value).length })}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <DataTable
          label={t('settingsTitle')}
          rows={rowsOf(filter)}
          columns={columns}
          rowKey={({ from, to, note }) => `${from} ${to ?? ''} ${note}`}
          empty={<Text size="sm">{t('settingsEmpty')}</Text>}
        />
      </Stack>
    </SectionCard>
  )
}

function useColumns(): readonly Column<Setting>[] {
  const t = useText('take-over')
  return [
    {
      id: 'from',
      header: t('theirKey'),
      width: '26%',
      cell: ({ from }) => (from === '' ? t('byDefault') : <Breaking text={from} />),
    },
    { id: 'to', header: t('ourKey'), width: '30%', cell: hereOf },
    {
      id: 'fate',
      header: t('fate'),
      sortBy: ({ fate }) => Object.keys(kinds).indexOf(fate),
      cell: fateOf,
    },
  ]
}

const hereOf = (setting: Setting) => <Here setting={setting} />
const fateOf = (setting: Setting) => <FateOf setting={setting} />

function Here({ setting: { to, value } }: { readonly setting: Setting }) {
  const t = useText('take-over')
  if (to === null) return <>–</>
  const shown = typeof value === 'string' ? value : JSON.stringify(value)
  return (
    <>
      <Breaking text={to} />
      {value !== null && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {value === '(secret)' ? t('secret') : shown}
        </Text>
      )}
    </>
  )
}

function FateOf({ setting: { fate, note } }: { readonly setting: Setting }) {
  const t = useText('take-over')
  return (
    <div>
      <Status kind={kinds[fate]} label={t(`fate_${fate}`)} />
      {note !== '' && (
        <Text size="sm" c="dimmed" lang="en">
          {note}
        </Text>
      )}
    </div>
  )
}

const Breaking = ({ text }: { readonly text: string }) => (
  <code style={{ overflowWrap: 'anywhere' }}>{text}</code>
)
