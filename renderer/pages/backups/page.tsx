import { Anchor, Button, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { invalidate, useApi, useChange } from '../../api/hooks.ts'
import { useEvent } from '../../api/use-events.ts'
import type { Job } from '../../api/use-job.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { useText } from '../../texts/use-text.tsx'
import { ExportCard } from './export-card.tsx'
import { FilesCard } from './files-card.tsx'
import { JobCard } from '../../backup/job-card.tsx'
import { PersonCard } from './person/person-card.tsx'
import { ScheduleCard } from './schedule-card.tsx'
import { StatusCard } from './status-card.tsx'
import { useBackupJob } from '../../backup/use-backup-job.ts'
import { WaitsAlert } from '../../backup/waits-alert.tsx'

export function Page() {
  const t = useText('backups')
  const queries = useQueryClient()
  const backups = useApi('GET /api/backups')
  const { job, follow } = useBackupJob()
  const make = useChange('POST /api/backups', { onDone: (answer) => follow(answer.job) })
  // The folder and the password are settings.
  useEvent('change', () => void invalidate(queries, '/api/backups'))
  const isBusy = make.isPending || job?.state === 'running'
  const { data } = backups

  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          data !== undefined && (
            <Button disabled={!data.hasKey} loading={isBusy} onClick={() => make.mutate()}>
              {t('make')}
            </Button>
          )
        }
      />
      <Stack gap="md">
        {make.error !== null && <ErrorState error={make.error} />}
        {data?.restoreWaits === true && <WaitsAlert canRestart={data.canRestart} job={job} />}
        {job !== undefined && !isPreparedRestore(job) && <JobCard job={job} />}
        <QueryView query={backups}>
          {(overview) => (
            <>
              <StatusCard overview={overview} />
              <FilesCard overview={overview} isBusy={isBusy} onJob={follow} />
            </>
          )}
        </QueryView>
        <ScheduleCard />
        <ExportCard />
        <Anchor component={Link} to="/take-over" size="sm">
          {t('comingFrom')}
        </Anchor>
        <PersonCard />
      </Stack>
    </>
  )
}

/** The alert that it waits tells of it. */
const isPreparedRestore = ({ kind, state }: Job) => kind === 'restore' && state === 'done'
