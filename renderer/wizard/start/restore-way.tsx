import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../api/hooks.ts'
import type { Job } from '../../api/use-job.ts'
import { JobCard } from '../../backup/job-card.tsx'
import { OpenBackup, type OpenedBackup } from '../../backup/open-backup.tsx'
import { RestoreDialog } from '../../backup/restore-dialog.tsx'
import { TryButton } from '../../backup/try-button.tsx'
import { UploadBackup } from '../../backup/upload-backup.tsx'
import { useBackupJob } from '../../backup/use-backup-job.ts'
import { WaitsAlert } from '../../backup/waits-alert.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { FoundBackups, type FoundBackup } from './found-backups.tsx'

/** From a file to the restart with what is in it. */
export function RestoreWay() {
  const t = useText('backups')
  const overview = useApi('GET /api/backups')
  const { job, follow } = useBackupJob()
  const [chosen, setChosen] = useState<string | null>(null)
  return (
    <QueryView query={overview}>
      {({ files, folder, free, restoreWaits, canRestart }) => {
        const file = files.find(({ name }) => name === chosen)
        return (
          <Stack gap="md">
            {restoreWaits && <WaitsAlert canRestart={canRestart} job={job} />}
            {job !== undefined && !(job.kind === 'restore' && job.state === 'done') && <JobCard job={job} />}
            {!restoreWaits && file === undefined && (
              <SectionCard title={t('fromFile')} description={t('fromFileBody', { folder })}>
                <Stack gap="md">
                  <UploadBackup free={free} onDone={setChosen} />
                  {files.length > 0 && <FoundBackups files={files} onChoose={setChosen} />}
                </Stack>
              </SectionCard>
            )}
            {!restoreWaits && file !== undefined && (
              <ChosenBackup
                key={file.name}
                file={file}
                isBusy={job?.state === 'running'}
                onJob={follow}
                onLeave={() => setChosen(null)}
              />
            )}
          </Stack>
        )
      }}
    </QueryView>
  )
}

interface ChosenBackupProps {
  readonly file: FoundBackup
  readonly isBusy: boolean
  readonly onJob: (job: Job) => void
  readonly onLeave: () => void
}

/** One backup: what is in it, whether it can be relied on, and what it would do. */
function ChosenBackup({ file, isBusy, onJob, onLeave }: ChosenBackupProps) {
  const t = useText('backups')
  const [opened, setOpened] = useState<OpenedBackup | null>(null)
  const [asking, setAsking] = useState(false)
  return (
    <SectionCard
      title={file.name}
      aside={
        <Button size="xs" variant="default" disabled={isBusy} onClick={onLeave}>
          {t('another')}
        </Button>
      }
    >
      <Stack gap="md">
        <OpenBackup name={file.name} bytes={file.bytes} isFresh onOpened={setOpened} />
        {opened !== null && (
          <Group gap="sm">
            <Button disabled={isBusy} onClick={() => setAsking(true)}>
              {t('restore')}
            </Button>
            <TryButton name={file.name} backupKey={opened.key} isBusy={isBusy} onJob={onJob} />
          </Group>
        )}
        {asking && opened !== null && (
          <RestoreDialog
            isFresh
            name={file.name}
            opened={opened}
            onJob={(job) => {
              setAsking(false)
              onJob(job)
            }}
            onClose={() => setAsking(false)}
          />
        )}
      </Stack>
    </SectionCard>
  )
}
