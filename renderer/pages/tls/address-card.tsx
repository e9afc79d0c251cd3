import { ConfigForm, type ConfigSettings } from '../../components/config-form.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useEdits } from '../../components/use-edits.ts'
import { useText } from '../../texts/use-text.tsx'

/** Where Signpost is found. A change is tried first, so that nobody locks themselves out. */
export function AddressCard({ settings }: { readonly settings: ConfigSettings }) {
  const t = useText('tls')
  const edits = useEdits()
  return (
    <SectionCard title={t('addresses')} description={t('addressesBody')}>
      <ConfigForm
        settings={settings}
        edits={edits}
        summary={t('addressesSummary')}
        fields={[
          { path: 'server.publicUrl', label: t('publicUrl'), doc: t('publicUrlDoc') },
          { path: 'server.listen.host', label: t('listenHost'), doc: t('listenHostDoc') },
          { path: 'server.listen.port', label: t('listenPort'), doc: t('listenPortDoc') },
        ]}
        more={[
          { path: 'admin.listen.host', label: t('adminHost'), doc: t('adminHostDoc') },
          { path: 'admin.listen.port', label: t('adminPort'), doc: t('adminPortDoc') },
          { path: 'admin.hosts', label: t('adminHosts'), doc: t('adminHostsDoc') },
          { path: 'server.trustedProxies', label: t('trustedProxies'), doc: t('trustedProxiesDoc') },
        ]}
      />
    </SectionCard>
  )
}
