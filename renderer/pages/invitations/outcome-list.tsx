import { Alert, List } from '@mantine/core'
import { useNow } from '../../app/use-now.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { maskAddress } from '../../components/mask.ts'
import { useFormats, useText } from '../../texts/use-text.tsx'
import type { Invitation } from './filters.ts'
import type { Actions, Outcome } from './use-actions.ts'

export interface OutcomeListProps {
  readonly actions: Pick<Actions, 'outcomes' | 'error'>
  /** Names the invitations by their addresses. */
  readonly invitations: readonly Pick<Invitation, 'id' | 'address'>[]
}

/** What became of each invitation of the last action. Those that went well are only counted. */
export function OutcomeList({ actions: { outcomes, error }, invitations }: OutcomeListProps) {
  const t = useText('invitations')
  const say = useOutcomeText()
  const bad = outcomes?.filter(({ ok }) => !ok) ?? []
  const nameOf = (id: string) => maskAddress(invitations.find((one) => one.id === id)?.address ?? id)
  return (
    <div aria-live="polite">
      {error !== null && <ErrorState error={error} />}
      {outcomes !== undefined && bad.length === 0 && (
        <Alert color="petrol" title={t('outcomeFine', { count: outcomes.length })} />
      )}
      {outcomes !== undefined && bad.length > 0 && (
        <Alert
          color="orange"
          title={t('outcomeTitle', { ok: outcomes.length - bad.length, all: outcomes.length })}
        >
          <List size="sm">
            {bad.map((outcome) => (
              <List.Item key={outcome.id}>
                <b>{nameOf(outcome.id)}</b> {say(outcome)}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </div>
  )
}

function useOutcomeText(): (outcome: Outcome) => string {
  const t = useText('invitations')
  const formats = useFormats()
  const now = useNow()
  return ({ result, reason, notBefore }) => {
    if (result === 'too-soon') return t('outcome_too-soon', { when: formats.relative(notBefore ?? now, now) })
    if (result === 'refused') return t('outcome_refused', { reason: reason ?? '' })
    return t(`outcome_${result}`)
  }
}
