import { Button, Stack, Text } from '@mantine/core'
import { IconArrowsDiff } from '@tabler/icons-react'
import { useChange } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { Status } from '../../../components/status.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { LONG_MS, type Comparison, type Section, type XrayRow } from '../model.ts'

/** What an edit that is not saved yet would do to people. */
export function CompareCard({ id, section }: { readonly id: string; readonly section: Section }) {
  const t = useText('backends')
  const compare = useChange('POST /api/backends/xray/compare', { invalidates: [], timeoutMs: LONG_MS })
  // An answer about another edit says nothing of this one.
  const isCurrent = typeof compare.variables === 'object' && compare.variables.body.section === section
  return (
    <SectionCard
      title={t('compare')}
      description={t('compareWhat')}
      aside={
        <Button
          variant="default"
          loading={compare.isPending}
          leftSection={<IconArrowsDiff size={16} aria-hidden />}
          onClick={() => compare.mutate({ body: { id, section } })}
        >
          {t('compareRun')}
        </Button>
      }
    >
      {compare.error !== null ? (
        <ErrorState error={compare.error} />
      ) : compare.data === undefined || !isCurrent ? undefined : (
        <Differences comparison={compare.data} />
      )}
    </SectionCard>
  )
}

function Differences({
  comparison: { hidden, added, changed, unchanged },
}: {
  readonly comparison: Comparison
}) {
  const t = useText('backends')
  if (hidden.count + added.count + changed.count === 0) {
    return <Status kind="ok" label={t('compareNothing', { count: unchanged })} />
  }
  return (
    <Stack gap="md" aria-live="polite">
      {hidden.count > 0 && (
        <div>
          <Status kind="warning" label={t('compareHidden', { count: hidden.count })} />
          <Names rows={hidden.rows} count={hidden.count} />
        </div>
      )}
      {added.count > 0 && (
        <div>
          <Status kind="ok" label={t('compareAdded', { count: added.count })} />
          <Names rows={added.rows} count={added.count} />
        </div>
      )}
      {changed.count > 0 && (
        <div>
          <Status kind="warning" label={t('compareChanged', { count: changed.count })} />
          <Names rows={changed.rows.map(({ before }) => before)} count={changed.count} />
        </div>
      )}
      <Text size="sm" c="dimmed">
        {t('compareUnchanged', { count: unchanged })}
      </Text>
    </Stack>
  )
}

const MOST_NAMES = 12

function Names({ rows, count }: { readonly rows: readonly XrayRow[]; readonly count: number }) {
  const t = useText('backends')
  const shown = rows.slice(0, MOST_NAMES)
  return (
    <Text size="sm" c="dimmed" mt={2}>
      {shown.map(({ mxid, displayName }) => displayName ?? mxid).join(', ')}
      {count > shown.length && ` ${t('andMore', { count: count - shown.length })}`}
    </Text>
  )
}
