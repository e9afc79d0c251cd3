import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { useText } from '../../texts/use-text.tsx'
import type { Invitation } from './filters.ts'
import { RevokeDialog } from './revoke-dialog.tsx'
import type { Actions } from './use-actions.ts'

export interface BulkBarProps {
  readonly chosen: readonly Invitation[]
  readonly actions: Actions
  readonly onNone: () => void
}

/** What can be done with all chosen invitations at once. */
export function BulkBar({ chosen, actions, onNone }: BulkBarProps) {
  const t = useText('invitations')
  const [asking, setAsking] = useState(false)
  if (chosen.length === 0) return null
  const resendable = chosen.filter(({ canResend }) => canResend)
  const revocable = chosen.filter(({ canRevoke }) => canRevoke)
  return (
    <Group gap="sm" role="group" aria-label={t('chosen', { count: chosen.length })}>
      <Text size="sm" fw={600}>
        {t('chosen', { count: chosen.length })}
      </Text>
      <Button
        size="xs"
        variant="default"
        disabled={resendable.length === 0}
        loading={actions.resending}
        onClick={() => actions.resend(resendable.map(({ id }) => id))}
      >
        {t('resendMany', { count: resendable.length })}
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={revocable.length === 0}
        loading={actions.revoking}
        onClick={() => setAsking(true)}
      >
        {t('revokeMany', { count: revocable.length })}
      </Button>
      <Button size="xs" variant="subtle" color="gray" onClick={onNone}>
        {t('chooseNone')}
      </Button>
      <RevokeDialog
        count={revocable.length}
        opened={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false)
          actions.revoke(revocable.map(({ id }) => id))
        }}
      />
    </Group>
  )
}
