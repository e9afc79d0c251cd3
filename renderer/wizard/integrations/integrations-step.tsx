import { Alert, Stack, Text } from '@mantine/core'
import type { FeatureId } from '../../components/integration-features.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { StepPage } from '../frame/step-page.tsx'
import { DraftSecret, DraftText } from '../parts/draft-fields.tsx'
import { ProxyCard } from '../parts/proxy-card.tsx'
import { FeatureChoice } from './feature-choice.tsx'

/** What comes without lists of rules; the others wait on their pages of the console. */
const offered = [
  'search',
  'sign-in',
  'passwords',
  'profile',
  'sign-up',
] as const satisfies readonly FeatureId[]

/** The switches of those whose requests the reverse proxy leads here, and which ask the homeserver. */
const led = ['directory', 'authentication', 'profile', 'signUp'] as const

export function IntegrationsStep() {
  const t = useText('wizard-services')
  const { value, choice } = useDraft()
  const isLed = led.some((section) => value(`${section}.enabled`) === true)
  const hasProxy = (value('server.tls.mode') ?? 'proxy') === 'proxy'
  return (
    <StepPage
      step="integrations"
      lead={t('integrationsLead')}
      sections={['directory', 'authentication', 'profile', 'signUp', 'matrix']}
    >
      <Stack gap="sm">
        {offered.map((id) => (
          <FeatureChoice key={id} id={id} usesMas={choice('mas') === true} kind={choice('homeserverKind')}>
            {id === 'sign-up' && (
              <DraftSecret
                path="signUp.adminToken"
                label={t('adminToken')}
                description={t('adminTokenWhat')}
              />
            )}
          </FeatureChoice>
        ))}
      </Stack>
      {isLed && (
        <SectionCard title={t('ownListener')} description={t('ownListenerWhat')}>
          <DraftText
            path="matrix.homeserverUrl"
            label={t('ownListenerUrl')}
            placeholder="http://127.0.0.1:8008"
          />
        </SectionCard>
      )}
      {isLed && hasProxy && (
        <>
          <Alert color="petrol">{t('proxyAgain')}</Alert>
          <ProxyCard />
        </>
      )}
      <Text size="sm" c="dimmed">
        {t('integrationsMore')}
      </Text>
    </StepPage>
  )
}
