import { Anchor, Button, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import { ErrorState } from '../../../components/error-state.tsx'
import { FindingList } from '../../../components/finding-list.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { Time } from '../../../components/time.tsx'
import { useText } from '../../../texts/use-text.tsx'
import type { FeatureState } from '../../../components/integration-features.ts'
import { findingsOf } from '../state.ts'
import type { Checks } from '../use-checks.ts'

/** Goes the whole way once, and tells of each part how it went; also of those that could not be tried. */
export function CheckCard({ feature, checks }: { readonly feature: FeatureState; readonly checks: Checks }) {
  const t = useText('integrations')
  const { id, enabled } = feature
  const seen = checks.of(id)
  const run = () => checks.run([id])
  return (
    <SectionCard
      title={t('check')}
      description={t('checkBody')}
      aside={
        <Button variant="default" disabled={!enabled} loading={checks.isRunning} onClick={run}>
          {t('checkNow')}
        </Button>
      }
    >
      <Stack gap="sm">
        <div aria-live="polite">
          {!enabled && <Text size="sm">{t('checkNothing')}</Text>}
          {checks.isRunning && <LoadingRows rows={2} height={40} />}
          {checks.error !== null && !checks.isRunning && <ErrorState error={checks.error} onRetry={run} />}
          {enabled && seen !== null && !checks.isRunning && (
            <Stack gap="sm">
              <FindingList findings={findingsOf(feature, seen.findings)} withLinks />
              <Text size="sm" c="dimmed">
                {t('checkedAt')} <Time at={seen.at} />
              </Text>
            </Stack>
          )}
        </div>
        <Anchor component={Link} to="/doctor" size="sm">
          {t('checkDoctor')}
        </Anchor>
      </Stack>
    </SectionCard>
  )
}
