import { Alert, Button, FileButton, Group, Loader, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { invalidate, useChange } from '../api/hooks.ts'
import { useUpload } from '../api/use-upload.ts'
import { ErrorState } from '../components/error-state.tsx'
import { StatusIcon } from '../components/status.tsx'
import { useFormats, useText, type PlainKey } from '../texts/use-text.tsx'
import { usualPaths, type Kind, type Part, type TakeOver } from './model.ts'

export interface SentFilesProps {
  readonly kind: Kind
  readonly sent: TakeOver['sent']
}

const names = {
  config: 'sendConfig',
  database: 'sendDatabase',
  keys: 'sendKeys',
} as const satisfies Record<Part, PlainKey<'take-over'>>

/** The files of a server on another machine, part by part. */
export function SentFiles({ kind, sent }: SentFilesProps) {
  const t = useText('take-over')
  const file = usualPaths[kind].split('/').at(-1) ?? ''
  return (
    <Stack gap="sm">
      <Alert color="gray">{t('sentGo')}</Alert>
      <PartRow part="config" hint={t('sendConfigHint', { file })} sent={sent} />
      <PartRow part="database" hint={t('sendDatabaseHint')} sent={sent} />
      {kind !== 'sydent' && <PartRow part="keys" hint={t('sendKeysHint')} sent={sent} />}
    </Stack>
  )
}

interface PartRowProps {
  readonly part: Part
  readonly hint: string
  readonly sent: TakeOver['sent']
}

function PartRow({ part, hint, sent }: PartRowProps) {
  const t = useText('take-over')
  const formats = useFormats()
  const there = sent.filter((file) => file.part === part)
  const size = formats.bytes(there.reduce((sum, { bytes }) => sum + bytes, 0))
  const { take, isPending, error } = useParts(part)
  const remove = useChange('DELETE /api/take-over/files/{part}')
  const name = t(names[part])
  return (
    <div role="group" aria-label={name}>
      <Group gap="sm" mih="2.4rem">
        <Group gap="sm" wrap="nowrap" align="flex-start" style={{ flexGrow: 1 }}>
          <StatusIcon kind={there.length > 0 ? 'ok' : 'unknown'} size={20} />
          <div>
            <Text size="sm" fw={500}>
              {name}
            </Text>
            <Text size="sm" c="dimmed">
              {there.length > 0 ? t('sentFiles', { count: there.length, size }) : hint}
            </Text>
          </div>
        </Group>
        {isPending && (
          <Group gap="xs">
            <Loader size={16} aria-hidden />
            <Text size="sm">{t('sending')}</Text>
          </Group>
        )}
        {there.length > 0 && (
          <Button
            size="xs"
            variant="default"
            aria-label={t('remove', { part: name })}
            loading={remove.isPending}
            onClick={() => remove.mutate({ params: { part } })}
          >
            {t('removeIt')}
          </Button>
        )}
        {there.length === 0 && !isPending && (
          <>
            {part === 'keys' && (
              <FileButton multiple inputProps={folderProps} onChange={(files) => void take(files)}>
                {(props) => (
                  <Button {...props} size="xs" variant="default">
                    {t('chooseFolder')}
                  </Button>
                )}
              </FileButton>
            )}
            <FileButton onChange={(file) => file !== null && void take([file])}>
              {(props) => (
                <Button
                  {...props}
                  size="xs"
                  variant="default"
                  aria-label={`${t(part === 'keys' ? 'chooseFile' : 'choose')}: ${name}`}
                >
                  {t(part === 'keys' ? 'chooseFile' : 'choose')}
                </Button>
              )}
            </FileButton>
          </>
        )}
      </Group>
      {error !== null && <ErrorState error={error} />}
    </div>
  )
}

/** A field for a whole folder, as all browsers have it; React does not know the attribute. */
const folderProps = { webkitdirectory: '' } as Record<string, string>

/** Sends the files of a part one after the other. */
function useParts(part: Part) {
  const [isPending, setPending] = useState(false)
  const upload = useUpload('PUT /api/take-over/files/{part}', { invalidates: [] })
  const queries = useQueryClient()
  async function take(files: readonly File[]) {
    setPending(true)
    for (const file of files) {
      const query = part === 'keys' ? { path: placeOf(file) } : {}
      const answer = await upload.send(file, { params: { part }, query })
      if (answer === null) break
    }
    // Once for all: a key store may have thousands of files.
    await invalidate(queries, '/api/take-over')
    setPending(false)
  }
  return { take, isPending, error: upload.error }
}

/** Within the chosen folder, whose own name is of no matter. */
const placeOf = ({ name, webkitRelativePath }: File) =>
  webkitRelativePath === '' ? name : webkitRelativePath.split('/').slice(1).join('/')
