import { useApi } from '../../api/hooks.ts'
import { ConfigForm, type ConfigSettings } from '../../components/config-form.tsx'
import { LoadingCard } from '../../components/loading.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useEdits } from '../../components/use-edits.ts'
import { useText } from '../../texts/use-text.tsx'

/** Where the homeserver is. */
export function SettingsCard() {
  const t = useText('homeserver')
  const settings = useApi('GET /api/settings')
  return (
    <SectionCard title={t('settings')} description={t('settingsBody')}>
      <QueryView query={settings} loading={<LoadingCard height={200} />}>
        {(data) => <Form settings={data} />}
      </QueryView>
    </SectionCard>
  )
}

function Form({ settings }: { readonly settings: ConfigSettings }) {
  const t = useText('homeserver')
  const edits = useEdits()
  return (
    <ConfigForm
      settings={settings}
      edits={edits}
      summary={t('settingsSummary')}
      fields={[{ path: 'matrix.homeserverUrl', label: t('homeserverUrl'), doc: t('homeserverUrlDoc') }]}
      more={[
        { path: 'matrix.domain', label: t('domain'), doc: t('domainDoc') },
        { path: 'matrix.pins', label: t('pins'), doc: t('pinsDoc') },
      ]}
    />
  )
}
