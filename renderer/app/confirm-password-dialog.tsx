import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState, useSyncExternalStore, type SubmitEvent } from 'react'
import type { Confirmation } from '../api/confirmation.ts'
import { useChange } from '../api/hooks.ts'
import { useErrorText } from '../components/error-text.ts'
import { PasswordField } from '../components/password-field.tsx'
import { useText } from '../texts/use-text.tsx'
import { useSetSession } from './use-session.ts'

/** Opens when a call needs the password once more; the call is then repeated by the client. */
export function ConfirmPasswordDialog({ confirmation }: { readonly confirmation: Confirmation }) {
  const t = useText('session')
  const common = useText('common')
  const opened = useSyncExternalStore(confirmation.subscribe, confirmation.isOpen)
  return (
    <Modal
      opened={opened}
      onClose={() => confirmation.settle(false)}
      title={t('confirmTitle')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <ConfirmForm onDone={(confirmed) => confirmation.settle(confirmed)} />
    </Modal>
  )
}

function ConfirmForm({ onDone }: { readonly onDone: (confirmed: boolean) => void }) {
  const t = useText('session')
  const common = useText('common')
  const errorText = useErrorText()
  const setSession = useSetSession()
  const [password, setPassword] = useState('')
  const confirm = useChange('POST /api/session/confirm', {
    onDone: (session) => {
      setSession(session)
      onDone(true)
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    confirm.mutate({ body: { password } })
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('confirmWhat')}</Text>
        <PasswordField
          label={t('password')}
          autoComplete="current-password"
          data-autofocus
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={confirm.error === null ? null : errorText(confirm.error)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onDone(false)}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={confirm.isPending}>
            {t('confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
