import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import type { Job } from '../../api/use-job.ts'
import { OpenBackup, type OpenedBackup } from '../../backup/open-backup.tsx'
import { DetailDrawer } from '../../components/detail-drawer.tsx'
import { useText } from '../../texts/use-text.tsx'
import { BackupActions } from './backup-actions.tsx'
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
  const [opened, setOpened] = useState<OpenedBackup | null>(null)
  return (
    <Stack gap="md">
      <code>{name}</code>
      <OpenBackup name={name} bytes={file.bytes} onOpened={setOpened} />
      <Group gap="sm">
        <Button
          component="a"
          variant="default"
          href={`/api/backups/${encodeURIComponent(name)}/file`}
          download={name}
        >
          {t('download')}
        </Button>
        <BackupActions {...{ file, opened, isBusy, onJob, onRemoved }} />
      </Group>
    </Stack>
  )
}
