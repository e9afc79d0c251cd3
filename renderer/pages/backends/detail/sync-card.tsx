import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { useApi, useChange } from '../../../api/hooks.ts'
import { useJob } from '../../../api/use-job.ts'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { KeyValues } from '../../../components/key-values.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import type { Backend } from '../model.ts'
import { SyncOutcome, SyncProgress } from './sync-outcome.tsx'

export interface SyncCardProps {
  readonly id: string
  readonly sync: NonNullable<Backend['sync']>
  readonly canRun: boolean
}

/** The copy of a directory: how old it is, and bringing it up to date. */
export function SyncCard({ id, sync, canRun }: SyncCardProps) {
  const t = useText('backends')
  const [asking, setAsking] = useState(false)
  const jobs = useApi('GET /api/jobs')
  const start = useChange('POST /api/backends/{id}/sync', { onDone: () => setAsking(false) })
  const known = jobs.data?.jobs.find((job) => job.kind === 'sync' && job.target === id)
  const job = useJob(start.data?.id ?? known?.id, '/api/backends')
  const isRunning = job?.state === 'running'
  const run = (order: { readonly full?: boolean; readonly acceptRemovals?: boolean }) =>
    start.mutate({ params: { id }, body: order })
  return (
    <SectionCard
      title={t('sync')}
      description={t('syncWhat')}
      aside={
        <Group gap="sm">
          <Button
            loading={isRunning || start.isPending}
            disabled={!canRun}
            leftSection={<IconRefresh size={16} aria-hidden />}
            onClick={() => run({})}
          >
            {t('syncNow')}
          </Button>
          <Button variant="default" disabled={!canRun || isRunning} onClick={() => run({ full: true })}>
            {t('syncFull')}
          </Button>
        </Group>
      }
    >
      <Stack gap="sm">
        <CopyFacts id={id} sync={sync} />
        {start.error !== null && <ErrorState error={start.error} />}
        <div aria-live="polite">
          {isRunning && <SyncProgress job={job} />}
          {!isRunning && start.data !== undefined && job !== undefined && <SyncOutcome job={job} />}
        </div>
        {!isRunning && sync.failure !== null && (
          <Alert color="red" title={t('syncFailed')}>
            <Text size="sm">{sync.failure.message}</Text>
            <Text size="sm">{sync.failure.fix}</Text>
            <Button mt="sm" size="xs" variant="default" onClick={() => setAsking(true)}>
              {t('syncAccept')}
            </Button>
          </Alert>
        )}
      </Stack>
      <ConfirmDialog
        opened={asking}
        title={t('acceptTitle')}
        consequence={t('acceptWhat', { name: id, people: sync.people })}
        action={t('acceptAction')}
        pending={start.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => run({ full: true, acceptRemovals: true })}
      />
    </SectionCard>
  )
}

function CopyFacts({ id, sync }: Pick<SyncCardProps, 'id' | 'sync'>) {
  const t = useText('backends')
  const formats = useFormats()
  const problems = sync.conflicts + sync.rejected
  return (
    <KeyValues
      items={[
        {
          name: t('syncedLast'),
          value: sync.succeededAt === null ? t('neverSynced') : <Time at={sync.succeededAt} />,
        },
        ...(sync.finishedAt === null ? [] : [{ name: t('syncedNext'), value: <Time at={sync.nextAt} /> }]),
        {
          name: t('problems'),
          value:
            problems === 0 ? (
              t('noProblems')
            ) : (
              <Anchor component={Link} to={`/backends/${id}/xray?show=problems`}>
                {formats.list([
                  ...(sync.rejected > 0 ? [t('leftOutCount', { count: sync.rejected })] : []),
                  ...(sync.conflicts > 0 ? [t('conflictCount', { count: sync.conflicts })] : []),
                ])}
              </Anchor>
            ),
        },
      ]}
    />
  )
}
