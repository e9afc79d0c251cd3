import { Stack } from '@mantine/core'
import { useApi } from '../../api/hooks.ts'
import { LoadingRows } from '../../components/loading.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { useText } from '../../texts/use-text.tsx'
import { PauseCard } from './pause-card.tsx'
import { PeersCard } from './peers-card.tsx'
import { RecordCard } from './record-card.tsx'
import { SettingsCard } from './settings-card.tsx'
import { TryCard } from './try-card.tsx'

export function Page() {
  const t = useText('federation')
  const federation = useApi('GET /api/federation', undefined, { refetchEvery: 10_000 })
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="md">
        <QueryView query={federation} loading={<LoadingRows rows={4} height={80} />}>
          {(data) => (
            <>
              <PauseCard pausedUntil={data.pausedUntil} />
              <TryCard />
              <RecordCard />
              <PeersCard peers={data.peers} isAsking={data.isAsking} />
            </>
          )}
        </QueryView>
        <SettingsCard />
      </Stack>
    </>
  )
}
