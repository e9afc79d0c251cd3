import { Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { useChange } from '../../../api/hooks.ts'
import { Status } from '../../../components/status.tsx'
import { useText, type Translate } from '../../../texts/use-text.tsx'
import { PATIENCE_MS, TrialCard } from './trial-card.tsx'

type Verdict = AnswerOf<'POST /api/integrations/registration'>

/** Whether an address may register, by the rules that are in force, and which of them decides. */
export function RegistrationTrial() {
  const t = useText('integration-tools')
  const ask = useChange('POST /api/integrations/registration', { invalidates: [], timeoutMs: PATIENCE_MS })
  return (
    <TrialCard
      title={t('registrationTrial')}
      description={t('registrationTrialBody')}
      label={t('address')}
      placeholder="anna@example.org"
      field="address"
      ask={ask}
      onAsk={(address) => ask.mutate({ body: { address } })}
    >
      {(verdict) => <Answer verdict={verdict} />}
    </TrialCard>
  )
}

function Answer({ verdict }: { readonly verdict: Verdict }) {
  const t = useText('integration-tools')
  const { address: asked, allowed } = verdict
  const address = asked.medium === 'msisdn' ? `+${asked.address}` : asked.address
  return (
    <Stack gap={4}>
      <Status
        kind={allowed ? 'ok' : 'off'}
        label={t(allowed ? 'mayRegister' : 'mayNotRegister', { address })}
      />
      <Text size="sm">{reasonOf(verdict, t)}</Text>
    </Stack>
  )
}

function reasonOf({ because, allowed, rule }: Verdict, t: Translate<'integration-tools'>): string {
  switch (because) {
    case 'invited':
      return t('becauseInvited')
    case 'member':
      return t('becauseMember')
    case 'allowed':
      return t('becauseAllowed', { rule: rule ?? '' })
    case 'denied':
      return t('becauseDenied', { rule: rule ?? '' })
    case 'unclear':
      return t('becauseUnclear')
    case 'others':
      return t(allowed ? 'becauseOthersAllow' : 'becauseOthersRefuse')
  }
}
