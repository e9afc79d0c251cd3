import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { IconStethoscope } from '@tabler/icons-react'
import { useState } from 'react'
import { useChange } from '../../api/hooks.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingCard } from '../../components/loading.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Status } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useText } from '../../texts/use-text.tsx'
import { AreaCard } from './area-card.tsx'
import { byArea, isFault, replaceAreas, type Area, type Finding } from './areas.ts'
import { BundleCard } from './bundle-card.tsx'

/** The doctor gives up after nine seconds by itself. */
const PATIENCE_MS = 30_000

interface Seen {
  readonly findings: readonly Finding[]
  /** Milliseconds since the epoch. */
  readonly at: number
}

export function Page() {
  const t = useText('doctor')
  const [seen, setSeen] = useState<Seen | null>(null)
  const [showAll, setShowAll] = useState(false)
  const look = useChange('POST /api/doctor', { timeoutMs: PATIENCE_MS, invalidates: [] })

  const run = (areas?: readonly Area[]) =>
    look.mutate(
      { body: areas === undefined ? {} : { areas: [...areas] } },
      {
        onSuccess: ({ findings, at }) =>
          setSeen((former) => ({
            findings: areas === undefined ? findings : replaceAreas(former?.findings ?? [], findings, areas),
            at,
          })),
      },
    )
  const asked = typeof look.variables === 'object' ? look.variables.body?.areas : undefined
  const busyArea = look.isPending ? asked?.[0] : undefined
  const runsAll = look.isPending && busyArea === undefined

  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <Button loading={runsAll} onClick={() => run()}>
            {seen === null ? t('run') : t('runAgain')}
          </Button>
        }
      />
      <Stack gap="md">
        <div aria-live="polite">{runsAll && <Text c="dimmed">{t('running')}</Text>}</div>
        {look.error !== null && <ErrorState error={look.error} onRetry={() => run()} />}
        {seen === null && !look.isPending && look.error === null && (
          <EmptyState icon={IconStethoscope} title={t('never')} level={2}>
            {t('neverBody')}
          </EmptyState>
        )}
        {seen === null && runsAll && <LoadingCard />}
        {seen !== null && (
          <>
            <Summary seen={seen} showAll={showAll} onShowAll={setShowAll} />
            {byArea(seen.findings.filter((finding) => showAll || isFault(finding))).map(
              ([area, findings]) => (
                <AreaCard
                  key={area}
                  area={area}
                  findings={findings}
                  isBusy={busyArea === area}
                  onLookAgain={() => run([area])}
                />
              ),
            )}
          </>
        )}
        <BundleCard />
      </Stack>
    </>
  )
}

interface SummaryProps {
  readonly seen: Seen
  readonly showAll: boolean
  readonly onShowAll: (value: boolean) => void
}

function Summary({ seen: { findings, at }, showAll, onShowAll }: SummaryProps) {
  const t = useText('doctor')
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length
  const [problems, warnings] = [count('problem'), count('warning')]
  return (
    <Group justify="space-between">
      <Group gap="md" role="status">
        {problems > 0 && <Status kind="problem" tinted label={t('problems', { count: problems })} />}
        {warnings > 0 && <Status kind="warning" tinted label={t('warnings', { count: warnings })} />}
        {problems + warnings === 0 && <Status kind="ok" tinted label={t('allWell')} />}
        <Text size="sm" c="dimmed">
          {t('allWellBody', { count: count('ok') })} <Time at={at} />
        </Text>
      </Group>
      <Checkbox
        label={t('showAll')}
        checked={showAll}
        onChange={(event) => onShowAll(event.currentTarget.checked)}
      />
    </Group>
  )
}
