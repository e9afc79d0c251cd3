import { useApi } from '../../../api/hooks.ts'
import { ConfigForm, type ConfigSettings } from '../../../components/config-form.tsx'
import { LoadingCard } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useEdits } from '../../../components/use-edits.ts'
import { useText } from '../../../texts/use-text.tsx'
import { features, type FeatureId } from '../../../components/integration-features.ts'

export function SettingsCard({ id }: { readonly id: FeatureId }) {
  const t = useText('integrations')
  const settings = useApi('GET /api/settings')
  return (
    <SectionCard title={t('settings')}>
      <QueryView query={settings} loading={<LoadingCard height={240} />}>
        {(data) => <Form id={id} settings={data} />}
      </QueryView>
    </SectionCard>
  )
}

function Form({ id, settings }: { readonly id: FeatureId; readonly settings: ConfigSettings }) {
  const t = useText('integrations')
  const edits = useEdits()
  const { name, fields, more = [] } = features[id]
  const labelled = (some: typeof fields) => some.map(([path, label]) => ({ path, label: t(label) }))
  return (
    <ConfigForm
      settings={settings}
      edits={edits}
      summary={t('changed', { name: t(name) })}
      fields={labelled(fields)}
      more={labelled(more)}
    />
  )
}
