import { Alert, Anchor, Button, Group, List, Text } from '@mantine/core'
import type { AnswerOf } from '../api/client.ts'
import { useChange } from '../api/hooks.ts'
import { useNow } from '../app/use-now.ts'
import { useText } from '../texts/use-text.tsx'
import { ErrorState } from './error-state.tsx'

export interface AddressTrialProps {
  /** The answer to a change of the settings whose state is `trying`. */
  readonly trial: Pick<AnswerOf<'PUT /api/settings'>, 'confirmAt' | 'expiresAt' | 'token'>
  /** It was confirmed, taken back, or its time is over. */
  readonly onEnd: () => void
}

/** An address by which people get here is tried: it goes back by itself unless it is confirmed. */
export function AddressTrial({ trial: { confirmAt = [], expiresAt, token }, onEnd }: AddressTrialProps) {
  const t = useText('common')
  const now = useNow(1_000)
  const left = Math.max(0, Math.ceil(((expiresAt ?? now) - now) / 1_000))
  const confirm = useChange('POST /api/changes/trial/confirm', {
    invalidates: ['GET /api/settings', 'GET /api/changes', 'GET /api/gateway/tls'],
    onDone: ({ state }) => {
      if (state === 'kept') onEnd()
    },
  })
  const revert = useChange('POST /api/changes/trial/revert', {
    invalidates: ['GET /api/settings', 'GET /api/changes'],
    onDone: onEnd,
  })
  if (left === 0) {
    return (
      <Alert color="orange" title={t('trialOver')} role="alert">
        <Text size="sm">{t('trialOverBody')}</Text>
        <Button variant="default" mt="sm" onClick={onEnd}>
          {t('close')}
        </Button>
      </Alert>
    )
  }
  const ownAddress = confirmAt.find(({ key }) => key === 'admin.listen')
  return (
    <Alert color="orange" title={t('trialTitle')} role="alert">
      <Text size="sm">{t('trialBody')}</Text>
      <List size="sm" my="xs">
        {confirmAt.map(({ key, url }) => (
          <List.Item key={key}>
            <code>{key}</code> {new URL(url).origin}
          </List.Item>
        ))}
      </List>
      {/* Read out once with the rest; not every second. */}
      <Text size="sm" fw={600} role="timer" aria-live="off">
        {t('trialLeft', { count: left })}
      </Text>
      {ownAddress !== undefined && token !== undefined && (
        <Text size="sm" mt="xs">
          {t('trialOpen')}{' '}
          <Anchor
            href={`${ownAddress.url}#${token}`}
            target="_blank"
            rel="noopener"
            underline="always"
            inherit
          >
            {new URL(ownAddress.url).origin}
          </Anchor>
        </Text>
      )}
      {confirm.data?.state === 'waiting' && (
        <Text size="sm" mt="xs" fw={600}>
          {t('trialMissing', { keys: confirm.data.missing.join(', ') })}
        </Text>
      )}
      {confirm.error !== null && <ErrorState error={confirm.error} />}
      <Group gap="sm" mt="sm">
        {token !== undefined && (
          <Button loading={confirm.isPending} onClick={() => confirm.mutate({ body: { token } })}>
            {t('trialConfirm')}
          </Button>
        )}
        <Button variant="default" loading={revert.isPending} onClick={() => revert.mutate()}>
          {t('trialRevert')}
        </Button>
      </Group>
    </Alert>
  )
}
