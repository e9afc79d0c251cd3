import { Button, Group, Stack } from '@mantine/core'
import { useEffect, useState, type SubmitEvent } from 'react'
import type { ApiError } from '../../api/api-error.ts'
import { useChange } from '../../api/hooks.ts'
import type { Job } from '../../api/use-job.ts'
import { DetailDrawer } from '../../components/detail-drawer.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { PasswordField } from '../../components/password-field.tsx'
import { useText } from '../../texts/use-text.tsx'
import { BackupActions } from './backup-actions.tsx'
import { BackupFacts } from './backup-facts.tsx'
import type { BackupFile } from './files-card.tsx'

export interface BackupDrawerProps {
  readonly file: BackupFile | null
  readonly isBusy: boolean
  readonly onClose: () => void
  readonly onJob: (job: Job) => void
}

/** One backup: what is in it, and what can be done with it. */
export function BackupDrawer({ file, isBusy, onClose, onJob }: BackupDrawerProps) {
  const t = useText('backups')
  return (
    <DetailDrawer opened={file !== null} onClose={onClose} title={t('open')}>
      {file !== null && (
        <Detail key={file.name} file={file} isBusy={isBusy} onJob={onJob} onRemoved={onClose} />
      )}
    </DetailDrawer>
  )
}

interface DetailProps {
  readonly file: BackupFile
  readonly isBusy: boolean
  readonly onJob: (job: Job) => void
  readonly onRemoved: () => void
}

function Detail({ file, isBusy, onJob, onRemoved }: DetailProps) {
  const t = useText('backups')
  const { name } = file
  const [password, setPassword] = useState<string>()
  const look = useChange('POST /api/backups/{name}/look', { invalidates: [] })
  const { mutate } = look
  useEffect(() => mutate({ params: { name }, body: {} }), [mutate, name])
  const wantsPassword = needsPassword(look.error)
  const head = look.data
  return (
    <Stack gap="md">
      <code>{name}</code>
      {look.isPending && head === undefined && <LoadingRows rows={3} />}
      {(wantsPassword || (password !== undefined && head === undefined)) && (
        <OpenForm
          isPending={look.isPending}
          isWrong={wantsPassword && password !== undefined}
          onOpen={(next) => {
            setPassword(next)
            mutate({ params: { name }, body: { password: next } })
          }}
        />
      )}
      {look.error !== null && !wantsPassword && <ErrorState error={look.error} />}
      {head !== undefined && <BackupFacts head={head} bytes={file.bytes} />}
      <Group gap="sm">
        <Button
          component="a"
          variant="default"
          href={`/api/backups/${encodeURIComponent(name)}/file`}
          download={name}
        >
          {t('download')}
        </Button>
        <BackupActions {...{ file, head, password, isBusy, onJob, onRemoved }} />
      </Group>
    </Stack>
  )
}

/** The reasons for which another password helps. */
const needsPassword = (error: ApiError | null) =>
  error?.params['reason'] === 'backup-locked' || error?.params['reason'] === 'no-backup-key'

interface OpenFormProps {
  readonly isPending: boolean
  readonly isWrong: boolean
  readonly onOpen: (password: string) => void
}

function OpenForm({ isPending, isWrong, onOpen }: OpenFormProps) {
  const t = useText('backups')
  const [typed, setTyped] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (typed !== '') onOpen(typed)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PasswordField
          label={t('filePassword')}
          description={t('filePasswordBody')}
          autoComplete="off"
          value={typed}
          error={isWrong ? t('fileLocked') : null}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" loading={isPending}>
            {t('openIt')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
