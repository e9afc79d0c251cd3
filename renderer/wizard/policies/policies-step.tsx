import { Stack } from '@mantine/core'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { textsOf } from '../draft/values.ts'
import { StepPage } from '../frame/step-page.tsx'
import { ChoiceCards } from '../../components/choice-cards.tsx'
import { DraftSelect, DraftSwitch, DraftText } from '../parts/draft-fields.tsx'
import { TermsCard } from './terms-card.tsx'

export function PoliciesStep() {
  const t = useText('wizard-services')
  const { value, set } = useDraft()
  const domain = String(value('matrix.domain') ?? '')
  const isOwn = textsOf(value('accounts.homeservers')).length > 0
  return (
    <StepPage
      step="policies"
      lead={t('policiesLead')}
      sections={['terms', 'accounts', 'invitations', 'associations', 'validation']}
    >
      <ChoiceCards
        label={t('whoMay')}
        value={isOwn ? 'own' : 'all'}
        choices={[
          { value: 'all', title: t('whoAll'), description: t('whoAllWhat') },
          { value: 'own', title: t('whoOwn', { domain }), description: t('whoOwnWhat') },
        ]}
        onChange={(who) => set('accounts.homeservers', who === 'own' ? [domain] : undefined)}
      />
      <SectionCard title={t('own')}>
        <DraftSwitch path="associations.bind" label={t('bind')} description={t('bindWhat')} byDefault />
      </SectionCard>
      <SectionCard title={t('invitations')} description={t('invitationsWhat')}>
        <Stack>
          <DraftSelect
            path="invitations.whenAlreadyBound"
            label={t('whenBound')}
            byDefault="reject"
            choices={[
              { value: 'reject', label: t('whenBoundReject') },
              { value: 'deliver', label: t('whenBoundDeliver') },
            ]}
          />
          <DraftSelect
            path="invitations.expireAfter"
            label={t('expireAfter')}
            byDefault="30d"
            choices={[
              { value: '7d', label: t('days', { count: 7 }) },
              { value: '30d', label: t('days', { count: 30 }) },
              { value: '90d', label: t('days', { count: 90 }) },
            ]}
          />
          <DraftText
            path="invitations.webClient"
            label={t('webClient')}
            description={t('webClientWhat')}
            placeholder="https://app.element.io"
          />
        </Stack>
      </SectionCard>
      <TermsCard />
    </StepPage>
  )
}
