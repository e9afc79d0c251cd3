import { Alert, Stack } from '@mantine/core'
import { useApi, useChange } from '../../api/hooks.ts'
import { ConfigForm, sectionWithEdits, type ConfigSettings } from '../../components/config-form.tsx'
import { valueAt } from '../../components/config-key.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingCard } from '../../components/loading.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
import { useEdits } from '../../components/use-edits.ts'
import { TryMessageForm } from '../../components/try-message-form.tsx'
import { useLanguage, useText } from '../../texts/use-text.tsx'
import { Failure } from './mail/test-mail-card.tsx'
import { OutboxTable } from './outbox/outbox-table.tsx'

/** How text messages leave, a try of it, and what was sent. */
export function SmsTab() {
  const settings = useApi('GET /api/settings')
  return (
    <QueryView query={settings} loading={<LoadingCard height={420} />}>
      {(data) => <SmsParts settings={data} />}
    </QueryView>
  )
}

const at = 'notifications.sms'

function SmsParts({ settings }: { readonly settings: ConfigSettings }) {
  const t = useText('notifications')
  const edits = useEdits()
  const saved = valueAt(settings.all, `${at}.transport`)
  const transport = edits.of(`${at}.transport`)?.value ?? saved
  const field = (key: string, name: SmsField) => ({
    path: `${at}.${key}`,
    label: t(name),
    doc: t(`${name}Doc`),
  })
  return (
    <Stack gap="md">
      <SectionCard title={t('smsWay')} description={t('smsWayBody')} aside={<SmsStatus transport={saved} />}>
        <ConfigForm
          settings={settings}
          edits={edits}
          summary={t('smsSummary')}
          fields={[
            field('transport', 'smsTransport'),
            ...(transport === 'twilio'
              ? [
                  field('twilio.accountSid', 'twilioSid'),
                  field('twilio.authToken', 'twilioToken'),
                  field('twilio.from', 'twilioFrom'),
                ]
              : []),
            ...(transport === 'http'
              ? [
                  field('http.method', 'httpMethod'),
                  field('http.url', 'httpUrl'),
                  field('http.headers', 'httpHeaders'),
                  field('http.body', 'httpBody'),
                  field('http.contentType', 'httpContentType'),
                ]
              : []),
          ]}
          more={
            transport === 'none'
              ? []
              : [
                  field('allowCountries', 'allowCountries'),
                  field('denyCountries', 'denyCountries'),
                  field('dailyLimit', 'dailyLimit'),
                ]
          }
        />
      </SectionCard>
      <TestSmsCard sms={() => (edits.count > 0 ? sectionWithEdits(settings, edits, at) : null)} />
      <SectionCard title={t('smsLog')} description={t('smsLogBody')}>
        <OutboxTable state="sent" kind="sms" />
      </SectionCard>
    </Stack>
  )
}

type SmsField =
  | 'smsTransport'
  | 'twilioSid'
  | 'twilioToken'
  | 'twilioFrom'
  | 'httpMethod'
  | 'httpUrl'
  | 'httpHeaders'
  | 'httpBody'
  | 'httpContentType'
  | 'allowCountries'
  | 'denyCountries'
  | 'dailyLimit'

function SmsStatus({ transport }: { readonly transport: unknown }) {
  const t = useText('notifications')
  if (transport === 'none') return <Status kind="off" tinted label={t('smsIsOff')} />
  if (transport === 'log') return <Status kind="warning" tinted label={t('smsIsKept')} />
  return <Status kind="ok" tinted label={t('smsIsOn')} />
}

const PATIENCE_MS = 60_000

function TestSmsCard({ sms }: { readonly sms: () => Record<string, unknown> | null }) {
  const t = useText('notifications')
  const [language] = useLanguage()
  const send = useChange('POST /api/notifications/sms/test', { timeoutMs: PATIENCE_MS, invalidates: [] })
  const sendTo = (to: string) => {
    const section = sms()
    send.mutate({ body: { to, language, ...(section === null ? {} : { sms: section }) } })
  }
  return (
    <SectionCard title={t('testSms')} description={t('testSmsBody')}>
      <Stack>
        <TryMessageForm
          type="tel"
          label={t('testNumber')}
          placeholder="+44 7700 900001"
          action={t('testSend')}
          pending={send.isPending}
          onSend={sendTo}
        />
        <div aria-live="polite">
          {send.error !== null && !send.isPending && <ErrorState error={send.error} />}
          {send.data?.accepted === true && <Alert color="petrol" title={t('testSmsAccepted')} />}
          {send.data?.accepted === false && (
            <Alert color="red" title={t('testFailed')}>
              <Failure {...send.data.failure} />
            </Alert>
          )}
        </div>
      </Stack>
    </SectionCard>
  )
}
