import { Button, FileInput, Group, Stack } from '@mantine/core'
import { useEffect, useState, type SubmitEvent } from 'react'
import type { ApiError } from '../api/api-error.ts'
import type { Input } from '../api/client.ts'
import { useChange } from '../api/hooks.ts'
import { ErrorState } from '../components/error-state.tsx'
import { LoadingRows } from '../components/loading.tsx'
import { PasswordField } from '../components/password-field.tsx'
import { useText } from '../texts/use-text.tsx'
import { BackupFacts, type BackupHead } from './backup-facts.tsx'

/** What opens a backup; empty: what the settings say. */
export type BackupKey = NonNullable<Input<'POST /api/backups/{name}/look'>['body']>

export interface OpenedBackup {
  readonly head: BackupHead
  readonly key: BackupKey
}

export interface OpenBackupProps {
  readonly name: string
  readonly bytes: number
  /** Nothing is set up here yet: every backup is of another installation. */
  readonly isFresh?: boolean
  readonly onOpened: (opened: OpenedBackup) => void
}

/** What a backup says of itself, once it is opened: with what the settings say, else with what a person gives. */
export function OpenBackup({ name, bytes, isFresh = false, onOpened }: OpenBackupProps) {
  const t = useText('backups')
  const [key, setKey] = useState<BackupKey>({})
  const look = useChange('POST /api/backups/{name}/look', { invalidates: [] })
  const { mutate } = look
  useEffect(
    () => mutate({ params: { name }, body: {} }, { onSuccess: (head) => onOpened({ head, key: {} }) }),
    // The owner of the callback draws anew with every letter.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [mutate, name],
  )
  const open = (next: BackupKey) => {
    setKey(next)
    mutate({ params: { name }, body: next }, { onSuccess: (head) => onOpened({ head, key: next }) })
  }
  const isTried = Object.keys(key).length > 0
  const wantsKey = needsKey(look.error)
  const head = look.data
  return (
    <>
      {look.isPending && head === undefined && !isTried && <LoadingRows rows={3} />}
      {(wantsKey || isTried) && head === undefined && (
        <KeyForm
          isPending={look.isPending}
          wrong={isTried && wantsKey ? t(key.keyFile === undefined ? 'fileLocked' : 'fileKeyWrong') : null}
          onOpen={open}
        />
      )}
      {look.error !== null && !wantsKey && <ErrorState error={look.error} />}
      {head !== undefined && <BackupFacts head={head} bytes={bytes} isFresh={isFresh} />}
    </>
  )
}

/** The reasons for which another password or key file helps. */
const needsKey = (error: ApiError | null) =>
  error?.params['reason'] === 'backup-locked' ||
  error?.params['reason'] === 'no-backup-key' ||
  error?.problems[0]?.path === 'keyFile'

interface KeyFormProps {
  readonly isPending: boolean
  readonly wrong: string | null
  readonly onOpen: (key: BackupKey) => void
}

function KeyForm({ isPending, wrong, onOpen }: KeyFormProps) {
  const t = useText('backups')
  const [typed, setTyped] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (typed !== '') onOpen({ password: typed })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PasswordField
          label={t('filePassword')}
          description={t('filePasswordBody')}
          autoComplete="off"
          value={typed}
          error={wrong}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Group align="flex-end">
          <Button type="submit" loading={isPending}>
            {t('openIt')}
          </Button>
          <FileInput
            label={t('fileKey')}
            placeholder={t('fileKeyChoose')}
            w="16rem"
            onChange={(file) => {
              if (file !== null) void keyTextOf(file).then((keyFile) => onOpen({ keyFile }))
            }}
          />
        </Group>
      </Stack>
    </form>
  )
}

/** A key file has 45 letters; what is longer is none, and is cut so that the server says so. */
const keyTextOf = async (file: File) => (await file.slice(0, 200).text()) || '-'
