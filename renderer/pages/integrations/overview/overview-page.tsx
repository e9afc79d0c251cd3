import { Button, Stack, Text } from '@mantine/core'
import { useApi } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { Time } from '../../../components/time.tsx'
import { useText } from '../../../texts/use-text.tsx'
import type { Checks } from '../use-checks.ts'
import { FeatureCard } from './feature-card.tsx'
import classes from './overview.module.css'

/** Everything that there is, with what it does, and how it is. */
export function OverviewPage({ checks }: { readonly checks: Checks }) {
  const t = useText('integrations')
  const overview = useApi('GET /api/integrations')
  // What the homeserver is takes a while to find out, and the cards do not wait for it.
  const found = useApi('GET /api/gateway/homeserver')
  const active = overview.data?.features.filter(({ enabled }) => enabled).map(({ id }) => id) ?? []
  const at = Math.max(...active.map((id) => checks.of(id)?.at ?? 0), 0)
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          active.length > 0 && (
            <>
              <Text size="sm" c="dimmed" role="status">
                {at > 0 && (
                  <>
                    {t('checkedAt')} <Time at={at} />
                  </>
                )}
              </Text>
              <Button loading={checks.isRunning} onClick={() => checks.run(active)}>
                {t('checkAll')}
              </Button>
            </>
          )
        }
      />
      <Stack gap="md">
        {checks.error !== null && <ErrorState error={checks.error} />}
        <QueryView query={overview} loading={<LoadingRows rows={5} height={150} />}>
          {({ features }) => (
            <ul className={classes.cards} aria-label={t('title')}>
              {features.map((feature) => (
                <li key={feature.id}>
                  <FeatureCard
                    feature={feature}
                    checks={checks}
                    homeserver={found.data?.homeserver ?? null}
                  />
                </li>
              ))}
            </ul>
          )}
        </QueryView>
      </Stack>
    </>
  )
}
