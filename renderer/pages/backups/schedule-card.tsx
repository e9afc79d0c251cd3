import { useApi } from '../../api/hooks.ts'
import { ConfigForm } from '../../components/config-form.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useEdits } from '../../components/use-edits.ts'
import { useText } from '../../texts/use-text.tsx'

/** When backups are made, where they go, and what opens them. */
export function ScheduleCard() {
  const t = useText('backups')
  const settings = useApi('GET /api/settings')
  const edits = useEdits()
  return (
    <QueryView query={settings}>
      {(data) => (
        <SectionCard title={t('schedule')} description={t('scheduleBody')}>
          <ConfigForm
            settings={data}
            edits={edits}
            summary={t('scheduleSummary')}
            fields={[
              { path: 'backup.password', label: t('password'), doc: t('passwordDoc') },
              { path: 'backup.enabled', label: t('enabled'), doc: t('enabledDoc') },
              { path: 'backup.at', label: t('time'), doc: t('timeDoc') },
              { path: 'backup.folder', label: t('folder'), doc: t('folderDoc') },
            ]}
            more={[
              { path: 'backup.keep.daily', label: t('keepDaily'), doc: t('keepDailyDoc') },
              { path: 'backup.keep.weekly', label: t('keepWeekly'), doc: t('keepWeeklyDoc') },
              { path: 'backup.keyFile', label: t('keyFile'), doc: t('keyFileDoc') },
            ]}
          />
        </SectionCard>
      )}
    </QueryView>
  )
}
