import { Button, Group, Text } from '@mantine/core'
import { useChange } from '../../api/hooks.ts'
import { useNow } from '../../app/use-now.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'

const MINUTE_MS = 60_000

/** Silence for a while, with its end in sight and a way back. */
export function PauseCard({ pausedUntil }: { readonly pausedUntil: number | null }) {
  const t = useText('federation')
  const formats = useFormats()
  const now = useNow()
  const pause = useChange('POST /api/federation/pause')
  const until = pausedUntil !== null && pausedUntil > now ? pausedUntil : null
  const choose = (end: number | null) => pause.mutate({ body: { until: end } })
  return (
    <SectionCard
      title={t(until === null ? 'pause' : 'pausedTitle')}
      description={t('pauseBody')}
      aside={
        until === null ? (
          <Status kind="ok" label={t('running')} />
        ) : (
          <Status kind="warning" label={t('pause')} />
        )
      }
    >
      {pause.error !== null && <ErrorState error={pause.error} />}
      {until === null ? (
        <Group gap="sm">
          <Button variant="default" onClick={() => choose(now + 10 * MINUTE_MS)}>
            {t('pause10')}
          </Button>
          <Button variant="default" onClick={() => choose(now + 60 * MINUTE_MS)}>
            {t('pause60')}
          </Button>
          <Button variant="default" onClick={() => choose(tomorrow(now))}>
            {t('pauseTomorrow')}
          </Button>
        </Group>
      ) : (
        <Group gap="md">
          <Text role="status">
            {t('pausedUntil', { when: `${formats.relative(until, now)} (${formats.dateTime(until)})` })}
          </Text>
          <Button loading={pause.isPending} onClick={() => choose(null)}>
            {t('pauseEnd')}
          </Button>
        </Group>
      )}
    </SectionCard>
  )
}

/** Eight in the morning of the next day, as the reader's clock has it. */
function tomorrow(now: number): number {
  const day = new Date(now)
  day.setDate(day.getDate() + 1)
  return day.setHours(8, 0, 0, 0)
}
