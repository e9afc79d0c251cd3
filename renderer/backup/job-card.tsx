import { Alert, Button, Group, Progress, Text } from '@mantine/core'
import type { MadeBackup, Trial } from '../../src/admin/backups/shapes.ts'
import { ApiError } from '../api/api-error.ts'
import { useChange } from '../api/hooks.ts'
import type { Job } from '../api/use-job.ts'
import { ErrorState } from '../components/error-state.tsx'
import { SectionCard } from '../components/section-card.tsx'
import { useFormats, useText, type PlainKey } from '../texts/use-text.tsx'
import { TrialSteps } from './trial-steps.tsx'

const steps = {
  files: 'jobStep_files',
  rows: 'jobStep_rows',
  trial: 'jobStep_trial',
  check: 'jobStep_check',
  decided: 'jobStep_decided',
} as const satisfies Record<string, PlainKey<'backups'>>

/** Work on backups: how far it is, and what came of it. */
export function JobCard({ job }: { readonly job: Job }) {
  return (
    <div aria-live="polite">
      {job.state === 'running' && <RunningJob job={job} />}
      {job.state !== 'running' && <EndedJob job={job} />}
    </div>
  )
}

function RunningJob({ job }: { readonly job: Job }) {
  const t = useText('backups')
  const formats = useFormats()
  const common = useText('common')
  const cancel = useChange('POST /api/jobs/{id}/cancel')
  const { step, done, total, cancellable, id } = job
  const stepName = step !== null && step in steps ? t(steps[step as keyof typeof steps]) : ''
  const count = total === null || total === 0 ? '' : ` ${formats.number(done)} / ${formats.number(total)}`
  return (
    <SectionCard
      title={useTitle(job)}
      aside={
        cancellable ? (
          <Button
            size="xs"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate({ params: { id } })}
          >
            {common('cancel')}
          </Button>
        ) : undefined
      }
    >
      <Progress
        aria-label={stepName}
        animated
        value={total === null || total === 0 ? 100 : (done / total) * 100}
      />
      <Group mt="xs" mih="1.4rem">
        <Text size="sm" c="dimmed" className="numeric">
          {stepName}
          {count}
        </Text>
      </Group>
    </SectionCard>
  )
}

function useTitle({ kind, target }: Job): string {
  const t = useText('backups')
  if (target === null) return t('jobMaking')
  return t(kind === 'restore' ? 'jobRestoring' : 'jobTrying', { name: target })
}

function EndedJob({ job }: { readonly job: Job }) {
  const t = useText('backups')
  const { state, error, target } = job
  if (state === 'cancelled') return <Alert color="gray" title={t('jobCancelled')} />
  if (error !== null) {
    const { message, fix } = error
    return <ErrorState error={new ApiError('not-possible', { message, ...(fix === null ? {} : { fix }) })} />
  }
  const trial = target === null ? (job.result as MadeBackup).trial : (job.result as Trial)
  if (trial === null || trial.ok) {
    return <Alert color="petrol" title={t(target === null ? 'jobMade' : 'trialWell')} />
  }
  return (
    <Alert color="red.8" title={t(target === null ? 'jobMadeUnproven' : 'trialFailed')}>
      <TrialSteps trial={trial} />
    </Alert>
  )
}
