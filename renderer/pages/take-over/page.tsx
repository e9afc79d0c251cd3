import { List, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { invalidate, useApi } from '../../api/hooks.ts'
import { useEvent } from '../../api/use-events.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { TakeOverFlow } from '../../take-over/take-over-flow.tsx'
import { useText } from '../../texts/use-text.tsx'
import { CompareAllCard } from './compare-all-card.tsx'
import { CompareSettingsCard } from './compare-settings-card.tsx'
import { ComparisonCard } from './comparison-card.tsx'

export function Page() {
  const t = useText('take-over')
  const queries = useQueryClient()
  const comparison = useApi('GET /api/take-over/comparison', undefined, { refetchEvery: 5_000 })
  // Whom it is compared with is a setting.
  useEvent('change', () => void invalidate(queries, ['GET /api/take-over/comparison']))
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="md">
        <TakeOverFlow
          next={
            <>
              <List.Item>{t('nextCompare')}</List.Item>
              <List.Item>{t('nextSwitch')}</List.Item>
            </>
          }
        />
        <QueryView query={comparison}>
          {(data) => (
            <>
              <ComparisonCard comparison={data} />
              {data.compareWith !== null && <CompareAllCard report={data.all} />}
            </>
          )}
        </QueryView>
        <CompareSettingsCard />
      </Stack>
    </>
  )
}
