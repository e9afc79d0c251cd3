import { Button } from '@mantine/core'
import { useChange } from '../api/hooks.ts'
import type { Job } from '../api/use-job.ts'
import { ErrorState } from '../components/error-state.tsx'
import { useText } from '../texts/use-text.tsx'
import type { BackupKey } from './open-backup.tsx'

export interface TryButtonProps {
  readonly name: string
  readonly backupKey: BackupKey
  readonly isBusy: boolean
  readonly onJob: (job: Job) => void
}

/** Restores a backup on trial. */
export function TryButton({ name, backupKey, isBusy, onJob }: TryButtonProps) {
  const t = useText('backups')
  const tryIt = useChange('POST /api/backups/{name}/try', { onDone: ({ job }) => onJob(job) })
  return (
    <>
      <Button
        variant="default"
        disabled={isBusy}
        loading={tryIt.isPending}
        onClick={() => tryIt.mutate({ params: { name }, body: backupKey })}
      >
        {t('tryIt')}
      </Button>
      {tryIt.error !== null && <ErrorState error={tryIt.error} />}
    </>
  )
}
