import { Button, Group, SegmentedControl, Stack } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useApi, useChange } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import { OutboxTable, type OutboxState } from './outbox-table.tsx'

const states = ['waiting', 'failed', 'sent'] as const satisfies readonly OutboxState[]
const labels = { waiting: 'stateWaiting', failed: 'stateFailed', sent: 'stateSent' } as const

/** What has to reach somebody else: what waits, what failed, what was sent. */
export function OutboxTab() {
  const t = useText('notifications')
  const formats = useFormats()
  const [query, setQuery] = useSearchParams()
  const state = states.find((one) => one === query.get('state')) ?? 'waiting'
  const counts = useApi('GET /api/notifications/outbox', { query: { limit: '1' } }, { refetchEvery: 10_000 })
  const retryAll = useChange('POST /api/notifications/outbox/retry')
  const countOf = (one: OutboxState) =>
    counts.data === undefined ? '' : ` (${formats.number(counts.data.counts[one])})`
  return (
    <SectionCard title={t('outbox')} description={t('outboxBody')}>
      <Stack>
        <Group justify="space-between">
          <SegmentedControl
            aria-label={t('outboxShow')}
            value={state}
            data={states.map((one) => ({ value: one, label: `${t(labels[one])}${countOf(one)}` }))}
            onChange={(next) => setQuery({ tab: 'outbox', state: next }, { replace: true })}
          />
          {state === 'waiting' && (counts.data?.counts.waiting ?? 0) > 0 && (
            <Button variant="default" loading={retryAll.isPending} onClick={() => retryAll.mutate()}>
              {t('retryAll')}
            </Button>
          )}
        </Group>
        {retryAll.error !== null && <ErrorState error={retryAll.error} />}
        <OutboxTable state={state} />
      </Stack>
    </SectionCard>
  )
}
