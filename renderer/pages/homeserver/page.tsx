import { Stack } from '@mantine/core'
import { useApi } from '../../api/hooks.ts'
import { DoctorCard } from '../../components/doctor-card.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useText } from '../../texts/use-text.tsx'
import { FoundCard } from './found-card.tsx'
import { SettingsCard } from './settings-card.tsx'
import { SnippetsCard } from './snippets-card.tsx'
import { YamlCard } from './yaml-card.tsx'

export function Page() {
  const t = useText('homeserver')
  const found = useApi('GET /api/gateway/homeserver')
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="md">
        <FoundCard found={found} />
        <DoctorCard
          title={t('test')}
          description={t('testBody')}
          action={t('testNow')}
          areas={['homeserver']}
        />
        {/* What was found chooses the tab to begin with, so it is drawn anew once that is known. */}
        <SnippetsCard key={found.data?.homeserver?.kind ?? ''} homeserver={found.data?.homeserver ?? null} />
        <YamlCard />
        <SettingsCard />
      </Stack>
    </>
  )
}
