import { Anchor, Stack } from '@mantine/core'
import { Link, useParams } from 'react-router'
import { useApi } from '../../../api/hooks.ts'
import { EmptyState } from '../../../components/empty-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { features, isFeature, type FeatureState } from '../../../components/integration-features.ts'
import { Tools } from '../tools/tools.tsx'
import type { Checks } from '../use-checks.ts'
import { CheckCard } from './check-card.tsx'
import { ProxyCard } from './proxy-card.tsx'
import { SettingsCard } from './settings-card.tsx'
import { StateCard } from './state-card.tsx'

/** One integration: how it is, what it needs elsewhere, and what can be tried. */
export function FeaturePage({ checks }: { readonly checks: Checks }) {
  const t = useText('integrations')
  const { id } = useParams()
  const overview = useApi('GET /api/integrations')
  return (
    <>
      <Anchor component={Link} size="sm" to="/integrations">
        {t('back')}
      </Anchor>
      {isFeature(id) ? (
        <>
          <PageHeader title={t(features[id].name)} description={t(features[id].what)} />
          <QueryView query={overview} loading={<LoadingRows rows={4} height={120} />}>
            {(data) =>
              data.features
                .filter((one) => one.id === id)
                .map((feature) => <Cards key={id} feature={feature} checks={checks} />)
            }
          </QueryView>
        </>
      ) : (
        <>
          <PageHeader title={id ?? ''} />
          <EmptyState title={t('notThere')} level={2}>
            {t('notThereBody')}
          </EmptyState>
        </>
      )}
    </>
  )
}

function Cards({ feature, checks }: { readonly feature: FeatureState; readonly checks: Checks }) {
  const found = useApi('GET /api/gateway/homeserver')
  const { id } = feature
  return (
    <Stack gap="md">
      <StateCard feature={feature} checks={checks} homeserver={found.data?.homeserver ?? null} />
      <Tools id={id} />
      {features[id].needs.includes('needProxy') && <ProxyCard id={id} />}
      <SettingsCard id={id} />
      <CheckCard feature={feature} checks={checks} />
    </Stack>
  )
}
