import { Group, Stack } from '@mantine/core'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { textOf } from '../draft/values.ts'
import { DraftPort, DraftSecret, DraftSelect, DraftText } from '../parts/draft-fields.tsx'
import { ProbeCard } from './probe-card.tsx'
import { TestMailCard } from './test-mail-card.tsx'

const smtp = 'notifications.email.smtp'

export function SmtpCard() {
  const t = useText('wizard-services')
  const { value } = useDraft()
  return (
    <>
      <SectionCard title={t('mailSmtp')} description={t('smtpWhat')}>
        <Stack>
          <Group align="flex-start">
            <DraftText path={`${smtp}.host`} label={t('smtpHost')} placeholder="mail.example.org" />
            <DraftPort path={`${smtp}.port`} label={t('smtpPort')} placeholder="587" />
          </Group>
          <ProbeCard />
          <DraftSelect
            path={`${smtp}.security`}
            label={t('smtpSecurity')}
            byDefault="auto"
            choices={[
              { value: 'auto', label: t('smtpAuto') },
              { value: 'implicit', label: t('smtpImplicit') },
              { value: 'starttls', label: t('smtpStartTls') },
              { value: 'none', label: t('smtpPlain') },
            ]}
          />
          <DraftText path={`${smtp}.user`} label={t('smtpUser')} description={t('smtpUserWhat')} />
          <DraftSecret path={`${smtp}.password`} label={t('smtpPassword')} />
          <DraftText
            path="notifications.email.from"
            label={t('mailFrom')}
            description={t('mailFromWhat')}
            placeholder={`Signpost <noreply@${textOf(value('matrix.domain')) || 'example.org'}>`}
          />
        </Stack>
      </SectionCard>
      <TestMailCard />
    </>
  )
}
