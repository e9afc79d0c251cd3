import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useChange } from '../../api/hooks.ts'
import type { Job } from '../../api/use-job.ts'
import { useJobOf } from '../../api/use-job-of.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { StepProgress } from '../../take-over/step-progress.tsx'
import { useText } from '../../texts/use-text.tsx'
import { ReportFacts, type CompareReport } from './comparison-card.tsx'
import { DifferencesTable } from './differences-table.tsx'

/** Both servers asked for everything, now. */
export function CompareAllCard({ report }: { readonly report: CompareReport | null }) {
  const t = useText('take-over')
  const { job, follow } = useJobOf(isComparison, '/api/take-over')
  const start = useChange('POST /api/take-over/compare', {
    invalidates: [],
    onDone: (answer) => follow(answer.job),
  })
  return (
    <SectionCard title={t('compareAllTitle')} description={t('compareAllBody')}>
      <Stack gap="md">
        {start.error !== null && <ErrorState error={start.error} />}
        {job?.state === 'failed' && (
          <Alert color="red" role="alert" title={job.error?.message}>
            {job.error?.fix}
          </Alert>
        )}
        {job?.state === 'running' ? (
          <Running job={job} />
        ) : (
          <>
            {report !== null && <Compared report={report} />}
            <Group>
              <Button variant="default" loading={start.isPending} onClick={() => start.mutate()}>
                {t(report === null ? 'compareAll' : 'compareAllAgain')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </SectionCard>
  )
}

const isComparison = ({ kind }: Job) => kind === 'comparison'

function Running({ job: { id, done, total } }: { readonly job: Job }) {
  const t = useText('take-over')
  const common = useText('common')
  const cancel = useChange('POST /api/jobs/{id}/cancel')
  return (
    <>
      <Text size="sm" role="status">
        {t('comparing')}
      </Text>
      <StepProgress step="associations" done={done} total={total} />
      <Group>
        <Button variant="default" onClick={() => cancel.mutate({ params: { id } })}>
          {common('cancel')}
        </Button>
      </Group>
    </>
  )
}

function Compared({ report }: { readonly report: CompareReport }) {
  const t = useText('take-over')
  const isAlike = report.differences.length === 0 && report.failed === 0
  return (
    <>
      {isAlike && <Alert color="petrol" role="status" title={t('compareReady')} />}
      <ReportFacts report={report} />
      <DifferencesTable report={report} />
    </>
  )
}
