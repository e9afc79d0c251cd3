import { Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { useChange } from '../../../api/hooks.ts'
import { Status } from '../../../components/status.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { PATIENCE_MS, TrialCard } from './trial-card.tsx'

/** Whether a user may invite by address, and why. */
export function InviterTrial() {
  const t = useText('integration-tools')
  const ask = useChange('POST /api/integrations/room-invites', { invalidates: [], timeoutMs: PATIENCE_MS })
  return (
    <TrialCard
      title={t('inviterTrial')}
      description={t('inviterTrialBody')}
      label={t('userId')}
      placeholder="@anna:example.org"
      field="userId"
      ask={ask}
      onAsk={(userId) => ask.mutate({ body: { userId } })}
    >
      {(answer) => <Answer {...answer} />}
    </TrialCard>
  )
}

function Answer({ userId: user, verdict, role }: AnswerOf<'POST /api/integrations/room-invites'>) {
  const t = useText('integration-tools')
  switch (verdict) {
    case 'user':
      return <Said kind="ok" label={t('mayInvite', { user })} reason={t('inviterUser')} />
    case 'role':
      return (
        <Said kind="ok" label={t('mayInvite', { user })} reason={t('inviterRole', { role: role ?? '' })} />
      )
    case 'nobody':
      return <Said kind="off" label={t('mayNotInvite', { user })} reason={t('inviterNobody')} />
    case 'unknown':
      return <Said kind="warning" label={t('inviterUnknown')} reason={t('inviterUnknownBody')} />
  }
}

interface SaidProps {
  readonly kind: 'ok' | 'off' | 'warning'
  readonly label: string
  readonly reason: string
}

function Said({ kind, label, reason }: SaidProps) {
  return (
    <Stack gap={4}>
      <Status kind={kind} label={label} />
      <Text size="sm">{reason}</Text>
    </Stack>
  )
}
