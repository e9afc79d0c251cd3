import { Alert, Group, Text } from '@mantine/core'
import { IconArchive } from '@tabler/icons-react'
import { useState } from 'react'
import type { Job } from '../../api/use-job.ts'
import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import { BackupDrawer } from './backup-drawer.tsx'
import { UploadBackup } from '../../backup/upload-backup.tsx'
import type { Overview } from './status-card.tsx'

export type BackupFile = Overview['files'][number]

export interface FilesCardProps {
  readonly overview: Overview
  /** Work on a backup is under way; there is one at a time. */
  readonly isBusy: boolean
  readonly onJob: (job: Job) => void
}

/** The files that there are; a click opens one. */
export function FilesCard({ overview, isBusy, onJob }: FilesCardProps) {
  const { files, folder, folderProblem } = overview
  const t = useText('backups')
  const columns = useColumns()
  const [opened, setOpened] = useState<BackupFile | null>(null)
  /** One that was just sent is opened as soon as the list has it. */
  const [arrived, setArrived] = useState<string | null>(null)
  const fresh = files.find(({ name }) => name === arrived)
  const close = () => {
    setArrived(null)
    setOpened(null)
  }
  return (
    <SectionCard title={t('files')} description={t('filesBody', { folder })}>
      {folderProblem !== null && (
        <Alert color="red.8" title={t('folderProblem')}>
          <Text size="sm" lang="en">
            {folderProblem}
          </Text>
        </Alert>
      )}
      <UploadBackup free={overview.free} onDone={setArrived} />
      <DataTable
        label={t('files')}
        rows={files}
        rowKey={({ name }) => name}
        columns={columns}
        onOpen={setOpened}
        empty={
          folderProblem === null && (
            <EmptyState icon={IconArchive} title={t('filesEmpty')}>
              {t('filesEmptyBody')}
            </EmptyState>
          )
        }
      />
      <BackupDrawer
        file={opened ?? fresh ?? null}
        isBusy={isBusy}
        onClose={close}
        onJob={(job) => {
          close()
          onJob(job)
        }}
      />
    </SectionCard>
  )
}

function useColumns(): readonly Column<BackupFile>[] {
  const t = useText('backups')
  const formats = useFormats()
  return [
    { id: 'name', header: t('name'), cell: nameOf },
    { id: 'at', header: t('at'), width: '11rem', sortBy: ({ at }) => at, cell: timeOf },
    { id: 'kind', header: t('kind'), width: '8rem', cell: ({ isDaily }) => t(isDaily ? 'daily' : 'byHand') },
    {
      id: 'size',
      header: t('size'),
      align: 'end',
      width: '8rem',
      sortBy: ({ bytes }) => bytes,
      cell: ({ bytes }) => <span className="numeric">{formats.bytes(bytes)}</span>,
    },
  ]
}

const nameOf = (file: BackupFile) => <FileName file={file} />
const timeOf = ({ at }: BackupFile) => <Time at={at} />

function FileName({ file: { name, isLatest } }: { readonly file: BackupFile }) {
  const t = useText('backups')
  return (
    <Group gap="xs">
      <code>{name}</code>
      {isLatest && <Status kind="ok" label={t('isLatest')} />}
    </Group>
  )
}
