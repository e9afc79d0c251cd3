import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useUpload } from '../api/use-upload.ts'
import { ErrorState } from '../components/error-state.tsx'
import { FileDrop } from '../components/file-drop.tsx'
import { useFormats, useText } from '../texts/use-text.tsx'

export interface UploadBackupProps {
  /** Room on the disk of the folder, in bytes; null where nobody knows. */
  readonly free: number | null
  /** Its name in the folder of backups. */
  readonly onDone: (name: string) => void
}

/** With this begins every backup: what does not is not sent at all. */
const beginning = 'SIGNPOST-BACKUP\n'

/** Sends a backup from the browser's machine into the folder of backups. */
export function UploadBackup({ free, onDone }: UploadBackupProps) {
  const t = useText('backups')
  const formats = useFormats()
  const [refused, setRefused] = useState<string | null>(null)
  const [sent, setSent] = useState<File | null>(null)
  const upload = useUpload('PUT /api/backups/{name}/file', {
    invalidates: ['GET /api/backups'],
    onDone: ({ name }) => onDone(name),
  })

  async function take(file: File) {
    setRefused(null)
    upload.reset()
    if ((await file.slice(0, beginning.length).text()) !== beginning) return setRefused(t('uploadForeign'))
    if (free !== null && file.size > free) {
      return setRefused(t('uploadNoRoom', { size: formats.bytes(file.size), free: formats.bytes(free) }))
    }
    setSent(file)
    await upload.send(file, { params: { name: savedName(file.name) } })
  }

  return (
    <Stack gap="sm">
      {upload.isPending && sent !== null ? (
        <Stack gap={6}>
          <Group justify="space-between" gap="sm">
            <Text size="sm">{t('uploading', { name: sent.name, size: formats.bytes(sent.size) })}</Text>
            <Button size="xs" variant="default" onClick={() => upload.cancel()}>
              {t('uploadCancel')}
            </Button>
          </Group>
          <Progress
            aria-label={t('uploading', { name: sent.name, size: formats.bytes(sent.size) })}
            value={upload.progress * 100}
          />
        </Stack>
      ) : (
        <FileDrop
          action={t('uploadChoose')}
          hint={t('uploadHint')}
          accept=".signpost"
          onFiles={([file]) => file !== undefined && void take(file)}
        />
      )}
      <div role="status">
        {refused !== null && <Alert color="orange" title={refused} />}
        {upload.error !== null && <ErrorState error={upload.error} />}
      </div>
    </Stack>
  )
}

/** A name that the server takes. */
function savedName(name: string): string {
  const plain = name
    .replace(/\.signpost$/, '')
    .replaceAll(/[/\\:*?"<>|\p{Cc}\p{Bidi_Control}]/gu, '_')
    .replace(/^\.+/, '')
    .slice(0, 100)
  return `${plain === '' ? 'backup' : plain}.signpost`
}
