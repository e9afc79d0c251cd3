import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../../api/hooks.ts'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { DetailDrawer } from '../../../components/detail-drawer.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { KeyValues } from '../../../components/key-values.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import type { OutboxRow } from './outbox-table.tsx'
import { useKindText } from './use-kind-text.ts'

export interface MessageDrawerProps {
  readonly row: OutboxRow | null
  readonly onClose: () => void
}

/** One message: how it stands, another try, and giving it up. */
export function MessageDrawer({ row, onClose }: MessageDrawerProps) {
  const kindText = useKindText()
  return (
    <DetailDrawer opened={row !== null} title={row === null ? '' : kindText(row)} onClose={onClose}>
      {row !== null && <Details row={row} onClose={onClose} />}
    </DetailDrawer>
  )
}

function Details({ row, onClose }: { readonly row: OutboxRow; readonly onClose: () => void }) {
  const t = useText('notifications')
  const formats = useFormats()
  const [asking, setAsking] = useState(false)
  const retry = useChange('POST /api/notifications/outbox/{id}/retry', { onDone: onClose })
  const giveUp = useChange('POST /api/notifications/outbox/{id}/give-up', { onDone: onClose })
  const params = { id: row.id }
  const isWaiting = row.state === 'queued'
  return (
    <Stack>
      <KeyValues
        items={[
          { name: t('to'), value: row.to ?? t('notKept') },
          { name: t('since'), value: <Time at={row.createdAt} as="exact" /> },
          { name: t('attempts'), value: formats.number(row.attempts) },
          {
            name: t('lastError'),
            value: row.lastError === null ? '–' : <span lang="en">{row.lastError}</span>,
          },
          ...(isWaiting
            ? [
                { name: t('nextTry'), value: <Time at={row.nextAttemptAt} as="exact" /> },
                { name: t('givesUpAt'), value: <Time at={row.expiresAt} as="exact" /> },
              ]
            : []),
          ...(row.finishedAt === null
            ? []
            : [
                {
                  name: t(row.state === 'done' ? 'sentAt' : 'gaveUp'),
                  value: <Time at={row.finishedAt} as="exact" />,
                },
              ]),
        ]}
      />
      {retry.error !== null && <ErrorState error={retry.error} />}
      {(row.canRetry || isWaiting) && (
        <Group>
          {row.canRetry && (
            <Button loading={retry.isPending} onClick={() => retry.mutate({ params })}>
              {t('retryNow')}
            </Button>
          )}
          {isWaiting && (
            <Button variant="default" onClick={() => setAsking(true)}>
              {t('giveUp')}
            </Button>
          )}
        </Group>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('giveUpTitle', { to: row.to ?? t('notKept') })}
        consequence={
          <>
            {t('giveUpBody')}
            {giveUp.error !== null && <ErrorState error={giveUp.error} />}
          </>
        }
        action={t('giveUpAction')}
        pending={giveUp.isPending}
        onConfirm={() => giveUp.mutate({ params })}
        onClose={() => setAsking(false)}
      />
    </Stack>
  )
}
