import { Stack } from '@mantine/core'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { DraftSecret, DraftText } from '../parts/draft-fields.tsx'
import { TestMailCard } from './test-mail-card.tsx'

export function SendgridCard() {
  const t = useText('wizard-services')
  return (
    <>
      <SectionCard title={t('mailSendgrid')} description={t('sendgridWhat')}>
        <Stack>
          <DraftSecret path="notifications.email.sendgrid.apiKey" label={t('sendgridKey')} />
          <DraftText path="notifications.email.from" label={t('mailFrom')} description={t('mailFromWhat')} />
        </Stack>
      </SectionCard>
      <TestMailCard />
    </>
  )
}
