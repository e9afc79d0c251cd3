import { useApi } from '../../api/hooks.ts'
import { ConfigForm, type ConfigSettings } from '../../components/config-form.tsx'
import { LoadingCard } from '../../components/loading.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useEdits } from '../../components/use-edits.ts'
import { useText } from '../../texts/use-text.tsx'

/** Who is asked, and what others may find. */
export function SettingsCard() {
  const t = useText('federation')
  const settings = useApi('GET /api/settings')
  return (
    <SectionCard title={t('settings')}>
      <QueryView query={settings} loading={<LoadingCard height={400} />}>
        {(data) => <Form settings={data} />}
      </QueryView>
    </SectionCard>
  )
}

function Form({ settings }: { readonly settings: ConfigSettings }) {
  const t = useText('federation')
  const edits = useEdits()
  return (
    <ConfigForm
      settings={settings}
      edits={edits}
      summary={t('changed')}
      fields={[
        { path: 'federation.outbound.enabled', label: t('fOutbound') },
        { path: 'federation.outbound.allow', label: t('fAllow') },
        { path: 'federation.outbound.deny', label: t('fDeny') },
        { path: 'federation.inbound.enabled', label: t('fInbound') },
        { path: 'federation.inbound.domains', label: t('fDomains') },
        { path: 'federation.inbound.associations', label: t('fAssociations') },
        { path: 'federation.inbound.phones', label: t('fPhones') },
      ]}
      more={[
        { path: 'federation.outbound.plain', label: t('fPlain') },
        { path: 'federation.central', label: t('fCentral') },
        { path: 'federation.bridges.url', label: t('fBridge') },
      ]}
    />
  )
}
