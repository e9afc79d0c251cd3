import { Button, Stack } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../api/hooks.ts'
import type { Job } from '../../api/use-job.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import type { BackupHead } from './backup-facts.tsx'
import type { BackupFile } from './files-card.tsx'

export interface BackupActionsProps {
  readonly file: BackupFile
  /** Undefined until it is opened; what needs it is not offered before. */
  readonly head: BackupHead | undefined
  readonly password: string | undefined
  readonly isBusy: boolean
  readonly onJob: (job: Job) => void
  readonly onRemoved: () => void
}

export function BackupActions(props: BackupActionsProps) {
  const t = useText('backups')
  const { file, head, password, isBusy, onJob } = props
  const [asking, setAsking] = useState<'restore' | 'remove' | null>(null)
  const input = { params: { name: file.name }, body: password === undefined ? {} : { password } }
  const tryIt = useChange('POST /api/backups/{name}/try', { onDone: ({ job }) => onJob(job) })
  return (
    <>
      {head !== undefined && (
        <>
          <Button
            variant="default"
            disabled={isBusy}
            loading={tryIt.isPending}
            onClick={() => tryIt.mutate(input)}
          >
            {t('tryIt')}
          </Button>
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
      {tryIt.error !== null && <ErrorState error={tryIt.error} />}
      {asking === 'remove' && <RemoveDialog {...props} onClose={() => setAsking(null)} />}
      {asking === 'restore' && head !== undefined && (
        <RestoreDialog input={input} head={head} onJob={onJob} onClose={() => setAsking(null)} />
      )}
    </>
  )
}

interface RestoreDialogProps {
  readonly input: {
    readonly params: { readonly name: string }
    readonly body: { readonly password?: string }
  }
  readonly head: BackupHead
  readonly onJob: (job: Job) => void
  readonly onClose: () => void
}

function RestoreDialog({ input, head, onJob, onClose }: RestoreDialogProps) {
  const t = useText('backups')
  const formats = useFormats()
  const restore = useChange('POST /api/backups/{name}/restore', { onDone: ({ job }) => onJob(job) })
  return (
    <ConfirmDialog
      opened
      title={t('restoreTitle')}
      action={t('restoreAction')}
      pending={restore.isPending}
      onConfirm={() => restore.mutate(input)}
      onClose={onClose}
      consequence={
        <Stack gap="sm">
          <span>{t('restoreBody', { time: formats.dateTime(head.createdAt) })}</span>
          {!head.isOurs && <b>{t('restoreOther', { domain: head.domain })}</b>}
          {restore.error !== null && <ErrorState error={restore.error} />}
        </Stack>
      }
    />
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
