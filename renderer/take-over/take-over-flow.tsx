import { Alert, Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { invalidate, useApi, useChange } from '../api/hooks.ts'
import type { Job } from '../api/use-job.ts'
import { useJobOf } from '../api/use-job-of.ts'
import { QueryView } from '../components/query-view.tsx'
import { SectionCard } from '../components/section-card.tsx'
import { useText } from '../texts/use-text.tsx'
import { ApplyCard } from './apply-card.tsx'
import type { TakeOver } from './model.ts'
import { Outcome } from './outcome.tsx'
import { Report } from './report/report.tsx'
import { SourceForm } from './source-form.tsx'
import { StepProgress } from './step-progress.tsx'
import { WaitingCard } from './waiting-card.tsx'

export interface TakeOverFlowProps {
  /** How it goes on after an import, as items of a list. */
  readonly next: ReactNode
  /** Other pages show what came over. */
  readonly onDone?: () => void
}

/** From the question where the old server is to the report of what came over. */
export function TakeOverFlow({ next, onDone }: TakeOverFlowProps) {
  const queries = useQueryClient()
  const overview = useApi('GET /api/take-over')
  const [isOrdered, setOrdered] = useState(false)
  return (
    <QueryView query={overview}>
      {(data) => (
        <Stack gap="md">
          {isOrdered || data.waiting !== null ? (
            <WaitingCard
              canRestart={data.canRestart}
              onDone={() => {
                void invalidate(queries, '/api/take-over').then(() => setOrdered(false))
                onDone?.()
              }}
            />
          ) : data.outcome !== null && data.looked === null ? (
            <Outcome outcome={data.outcome} refused={data.refused} next={next} />
          ) : (
            <LookAndDecide data={data} onOrdered={() => setOrdered(true)} />
          )}
        </Stack>
      )}
    </QueryView>
  )
}

interface LookProps {
  readonly data: TakeOver
  readonly onOrdered: () => void
}

function LookAndDecide({ data, onOrdered }: LookProps) {
  const t = useText('take-over')
  const { job, follow } = useJobOf(isLook, '/api/take-over')
  const look = useChange('POST /api/take-over/look', {
    invalidates: [],
    onDone: (answer) => follow(answer.job),
  })
  /** The look that somebody has left; another one may follow. */
  const [left, setLeft] = useState<number | null>(null)
  // An answer about the job that crosses with its end is older than the report.
  const isLooking = job?.state === 'running' && (data.looked === null || data.looked.at < job.startedAt)
  if (isLooking) return <LookingCard job={job} />
  if (data.looked !== null && data.looked.at !== left) {
    const { at } = data.looked
    return (
      <>
        <Report report={data.looked.report} title={t('planTitle')} description={t('planBody')} />
        <ApplyCard looked={data.looked} onOrdered={onOrdered} onLeave={() => setLeft(at)} />
      </>
    )
  }
  return (
    <>
      {job?.state === 'failed' && job.error !== null && (
        <Alert color="red" role="alert" title={t('lookFailed')}>
          <Text size="sm" lang="en">
            {job.error.message} {job.error.fix}
          </Text>
        </Alert>
      )}
      <SourceForm
        sent={data.sent}
        isPending={look.isPending}
        error={look.error}
        onLook={(body) => look.mutate({ body })}
      />
    </>
  )
}

function LookingCard({ job }: { readonly job: Job }) {
  const t = useText('take-over')
  const common = useText('common')
  const cancel = useChange('POST /api/jobs/{id}/cancel')
  return (
    <SectionCard
      title={t('looking')}
      aside={
        <Button
          size="xs"
          variant="default"
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ params: { id: job.id } })}
        >
          {common('cancel')}
        </Button>
      }
    >
      <StepProgress step={job.step} done={job.done} total={job.total} />
    </SectionCard>
  )
}

const isLook = ({ kind, target }: Job) => kind === 'import' && target === 'take-over'
