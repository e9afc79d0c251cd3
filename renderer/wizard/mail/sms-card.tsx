import { Stack } from '@mantine/core'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { DraftSecret, DraftSelect, DraftText } from '../parts/draft-fields.tsx'

const sms = 'notifications.sms'

/** Text messages, which few organisations send. */
export function SmsCard() {
  const t = useText('wizard-services')
  const { value } = useDraft()
  const transport = value(`${sms}.transport`) ?? 'none'
  return (
    <SectionCard title={t('sms')} description={t('smsWhat')}>
      <Stack>
        <DraftSelect
          path={`${sms}.transport`}
          label={t('smsTransport')}
          byDefault="none"
          choices={[
            { value: 'none', label: t('smsNone') },
            { value: 'log', label: t('smsLog') },
            { value: 'twilio', label: 'Twilio' },
            { value: 'http', label: t('smsHttp') },
          ]}
        />
        {transport === 'twilio' && (
          <>
            <DraftText path={`${sms}.twilio.accountSid`} label="Account SID" />
            <DraftSecret path={`${sms}.twilio.authToken`} label="Auth token" />
            <DraftText path={`${sms}.twilio.from`} label={t('smsFrom')} placeholder="+49…" />
          </>
        )}
        {transport === 'http' && (
          <>
            <DraftText
              path={`${sms}.http.url`}
              label={t('smsUrl')}
              description={t('smsUrlWhat', { to: '{to}', text: '{text}' })}
              placeholder="https://sms.example.org/send?to={to}"
            />
            <DraftText
              path={`${sms}.http.body`}
              label={t('smsBody')}
              placeholder='{"to": "{to}", "text": "{text}"}'
            />
          </>
        )}
      </Stack>
    </SectionCard>
  )
}
