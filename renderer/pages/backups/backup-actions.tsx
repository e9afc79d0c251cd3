import { Button } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../api/hooks.ts'
import type { Job } from '../../api/use-job.ts'
import type { OpenedBackup } from '../../backup/open-backup.tsx'
import { RestoreDialog } from '../../backup/restore-dialog.tsx'
import { TryButton } from '../../backup/try-button.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { useText } from '../../texts/use-text.tsx'
import type { BackupFile } from './files-card.tsx'

export interface BackupActionsProps {
  readonly file: BackupFile
  /** Null until it is opened; what needs it is not offered before. */
  readonly opened: OpenedBackup | null
  readonly isBusy: boolean
  readonly onJob: (job: Job) => void
  readonly onRemoved: () => void
}

export function BackupActions(props: BackupActionsProps) {
  const t = useText('backups')
  const { file, opened, isBusy, onJob } = props
  const [asking, setAsking] = useState<'restore' | 'remove' | null>(null)
  return (
    <>
      {opened !== null && (
        <>
          <TryButton name={file.name} backupKey={opened.key} isBusy={isBusy} onJob={onJob} />
          <Button variant="default" disabled={isBusy} onClick={() => setAsking('restore')}>
            {t('restore')}
          </Button>
        </>
      )}
      {!file.isLatest && (
        <Button variant="default" onClick={() => setAsking('remove')}>
          {t('remove')}
        </Button>
      )}
      {asking === 'remove' && <RemoveDialog {...props} onClose={() => setAsking(null)} />}
      {asking === 'restore' && opened !== null && (
        <RestoreDialog name={file.name} opened={opened} onJob={onJob} onClose={() => setAsking(null)} />
      )}
    </>
  )
}

interface RemoveDialogProps extends Pick<BackupActionsProps, 'file' | 'onRemoved'> {
  readonly onClose: () => void
}

function RemoveDialog({ file: { name }, onRemoved, onClose }: RemoveDialogProps) {
  const t = useText('backups')
  const remove = useChange('DELETE /api/backups/{name}', { onDone: onRemoved })
  return (
    <ConfirmDialog
      opened
      title={t('removeTitle')}
      action={t('removeAction')}
      pending={remove.isPending}
      onConfirm={() => remove.mutate({ params: { name } })}
      onClose={onClose}
      consequence={
        <>
          {t('removeBody', { name })}
          {remove.error !== null && <ErrorState error={remove.error} />}
        </>
      }
    />
  )
}
