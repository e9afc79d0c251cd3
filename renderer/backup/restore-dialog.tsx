import { Stack } from '@mantine/core'
import { useChange } from '../api/hooks.ts'
import type { Job } from '../api/use-job.ts'
import { ConfirmDialog } from '../components/confirm-dialog.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { useFormats, useText } from '../texts/use-text.tsx'
import type { OpenedBackup } from './open-backup.tsx'

export interface RestoreDialogProps {
  readonly name: string
  readonly opened: OpenedBackup
  /** Nothing is set up here yet, so that nothing is lost. */
  readonly isFresh?: boolean
  readonly onJob: (job: Job) => void
  readonly onClose: () => void
}

/** Names what a restore does, before it is prepared. */
export function RestoreDialog({ name, opened, isFresh = false, onJob, onClose }: RestoreDialogProps) {
  const t = useText('backups')
  const formats = useFormats()
  const { head, key } = opened
  const restore = useChange('POST /api/backups/{name}/restore', { onDone: ({ job }) => onJob(job) })
  const time = formats.dateTime(head.createdAt)
  return (
    <ConfirmDialog
      opened
      title={t('restoreTitle')}
      action={t('restoreAction')}
      dangerous={!isFresh}
      pending={restore.isPending}
      onConfirm={() => restore.mutate({ params: { name }, body: key })}
      onClose={onClose}
      consequence={
        <Stack gap="sm">
          <span>
            {isFresh ? t('restoreFresh', { time, domain: head.domain }) : t('restoreBody', { time })}
          </span>
          {!isFresh && !head.isOurs && <b>{t('restoreOther', { domain: head.domain })}</b>}
          {isFresh && <b>{t('restoreOnce')}</b>}
          {restore.error !== null && <ErrorState error={restore.error} />}
        </Stack>
      }
    />
  )
}
