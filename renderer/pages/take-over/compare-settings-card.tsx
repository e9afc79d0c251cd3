import { useApi } from '../../api/hooks.ts'
import { ConfigForm } from '../../components/config-form.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useEdits } from '../../components/use-edits.ts'
import { useText } from '../../texts/use-text.tsx'

/** Which server is asked beside this one. */
export function CompareSettingsCard() {
  const t = useText('take-over')
  const settings = useApi('GET /api/settings')
  const edits = useEdits()
  return (
    <QueryView query={settings}>
      {(data) => (
        <SectionCard title={t('settingsCardTitle')}>
          <ConfigForm
            settings={data}
            edits={edits}
            summary={t('settingsSummary')}
            fields={[
              { path: 'migration.compareWith', label: t('compareWith'), doc: t('compareWithDoc') },
              { path: 'migration.accessToken', label: t('accessToken'), doc: t('accessTokenDoc') },
            ]}
            more={[{ path: 'migration.perMinute', label: t('perMinute') }]}
          />
        </SectionCard>
      )}
    </QueryView>
  )
}
