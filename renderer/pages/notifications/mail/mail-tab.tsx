import { Stack } from '@mantine/core'
import { useApi } from '../../../api/hooks.ts'
import { ConfigForm, sectionWithEdits, type ConfigSettings } from '../../../components/config-form.tsx'
import { valueAt } from '../../../components/config-key.ts'
import { QueryView } from '../../../components/query-view.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useEdits } from '../../../components/use-edits.ts'
import { useText } from '../../../texts/use-text.tsx'
import { LoadingCard } from '../../../components/loading.tsx'
import { ProbeCard } from './probe-card.tsx'
import { SenderCard } from './sender-card.tsx'
import { TestMailCard } from './test-mail-card.tsx'
import { TransportStatus } from './transport-status.tsx'

/** How mail leaves: the way, a try of it, and whether others believe the sender. */
export function MailTab() {
  const settings = useApi('GET /api/settings')
  return (
    <QueryView query={settings} loading={<LoadingCard height={420} />}>
      {(data) => <MailParts settings={data} />}
    </QueryView>
  )
}

const at = 'notifications.email'

function MailParts({ settings }: { readonly settings: ConfigSettings }) {
  const t = useText('notifications')
  const edits = useEdits()
  const valueOf = (path: string) => edits.of(path)?.value ?? valueAt(settings.all, path)
  const transport = valueOf(`${at}.transport`)
  const smtp = ['host', 'port', 'security', 'user', 'password'] as const
  const smtpLabels = {
    host: 'smtpHost',
    port: 'smtpPort',
    security: 'smtpSecurity',
    user: 'smtpUser',
    password: 'smtpPassword',
  } as const
  return (
    <Stack gap="md">
      <SectionCard
        title={t('mailWay')}
        description={t('mailWayBody')}
        aside={<TransportStatus saved={valueAt(settings.all, `${at}.transport`)} />}
      >
        <ConfigForm
          settings={settings}
          edits={edits}
          summary={t('mailSummary')}
          fields={[
            { path: `${at}.transport`, label: t('mailTransport'), doc: t('mailTransportDoc') },
            { path: `${at}.from`, label: t('mailFrom'), doc: t('mailFromDoc') },
            ...(transport === 'smtp'
              ? smtp.map((key) => ({
                  path: `${at}.smtp.${key}`,
                  label: t(smtpLabels[key]),
                  doc: t(`${smtpLabels[key]}Doc`),
                }))
              : []),
            ...(transport === 'sendgrid'
              ? [{ path: `${at}.sendgrid.apiKey`, label: t('sendgridKey'), doc: t('sendgridKeyDoc') }]
              : []),
          ]}
          more={
            transport === 'smtp'
              ? [
                  { path: `${at}.smtp.caFile`, label: t('smtpCaFile'), doc: t('smtpCaFileDoc') },
                  { path: `${at}.smtp.verifyCertificate`, label: t('smtpVerify'), doc: t('smtpVerifyDoc') },
                  { path: `${at}.smtp.heloName`, label: t('smtpHelo'), doc: t('smtpHeloDoc') },
                  { path: 'notifications.giveUpAfter', label: t('giveUpAfter'), doc: t('giveUpAfterDoc') },
                ]
              : [{ path: 'notifications.giveUpAfter', label: t('giveUpAfter'), doc: t('giveUpAfterDoc') }]
          }
        />
      </SectionCard>
      {transport === 'smtp' && (
        <ProbeCard
          host={String(valueOf(`${at}.smtp.host`) ?? '')}
          port={asPort(valueOf(`${at}.smtp.port`))}
          caFile={asText(valueOf(`${at}.smtp.caFile`))}
          onUse={({ port, security }) => {
            edits.set(`${at}.smtp.port`, port)
            edits.set(`${at}.smtp.security`, security)
          }}
        />
      )}
      <TestMailCard email={() => (edits.count > 0 ? sectionWithEdits(settings, edits, at) : null)} />
      <SenderCard />
    </Stack>
  )
}

const asPort = (value: unknown) => (typeof value === 'number' ? value : null)
const asText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
