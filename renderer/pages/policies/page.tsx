import { Anchor, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import { useApi } from '../../api/hooks.ts'
import { ConfigForm, type ConfigField, type ConfigSettings } from '../../components/config-form.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useEdits } from '../../components/use-edits.ts'
import { useText, type PlainKey } from '../../texts/use-text.tsx'
import { TermsCard } from './terms-card.tsx'

type Key = PlainKey<'policies'>
type Fields = readonly (readonly [path: string, label: Key])[]

const publishing: Fields = [
  ['validation.enabled', 'fValidation'],
  ['associations.bind', 'fBind'],
  ['associations.bindNotification', 'fBindNotice'],
  ['associations.unbindNotification', 'fUnbindNotice'],
  ['validation.sessionLifetime', 'fLifetime'],
  ['validation.maxAttempts', 'fAttempts'],
]
const inviting: Fields = [
  ['invitations.blocked.homeservers', 'fHomeservers'],
  ['invitations.blocked.senders', 'fSenders'],
  ['invitations.blocked.rooms', 'fRooms'],
  ['invitations.blocked.domains', 'fDomains'],
  ['invitations.blocked.keywords', 'fKeywords'],
]
const invitingMore: Fields = [
  ['invitations.expireAfter', 'fExpire'],
  ['invitations.whenAlreadyBound', 'fBound'],
  ['invitations.maxPendingPerAddress', 'fPerAddress'],
  ['invitations.maxPendingPerSender', 'fPerSender'],
  ['invitations.maxPendingPerDomain', 'fPerDomain'],
]

export function Page() {
  const t = useText('policies')
  const settings = useApi('GET /api/settings')
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="md">
        <TermsCard />
        <QueryView query={settings} loading={<LoadingRows rows={6} height={80} />}>
          {(data) => (
            <>
              <SectionCard title={t('invite')} description={t('inviteBody')}>
                <Form settings={data} fields={inviting} more={invitingMore} />
              </SectionCard>
              <SectionCard title={t('publish')} description={t('publishBody')}>
                <Form settings={data} fields={publishing} />
              </SectionCard>
              <SectionCard title={t('limits')} description={t('limitsBody')}>
                <Form settings={data} fields={[['rateLimits.enabled', 'limitsOn']]} />
                <Text size="sm" c="dimmed" mt="md">
                  {t('limitsMore')}{' '}
                  <Anchor component={Link} to="/settings?q=rateLimits" inherit underline="always">
                    {t('toSettings')}
                  </Anchor>
                </Text>
              </SectionCard>
            </>
          )}
        </QueryView>
      </Stack>
    </>
  )
}

interface FormProps {
  readonly settings: ConfigSettings
  readonly fields: Fields
  readonly more?: Fields
}

function Form({ settings, fields, more = [] }: FormProps) {
  const t = useText('policies')
  const edits = useEdits()
  const labelled = (some: Fields): ConfigField[] => some.map(([path, label]) => ({ path, label: t(label) }))
  return (
    <ConfigForm
      settings={settings}
      edits={edits}
      summary={t('changed')}
      fields={labelled(fields)}
      more={labelled(more)}
    />
  )
}
