import { Button, Text } from '@mantine/core'
import { ErrorState } from '../../components/error-state.tsx'
import { FindingList, type Finding } from '../../components/finding-list.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraftCall } from '../draft/use-draft-call.ts'

export interface DraftCheckProps {
  readonly title: string
  readonly description: string
  readonly action: string
  readonly areas: readonly Finding['area'][]
  /** Leaves out what says nothing in this place. */
  readonly keep?: (finding: Finding) => boolean
}

/** Looks at a part of the installation as it would be with the draft. */
export function DraftCheck({ title, description, action, areas, keep = () => true }: DraftCheckProps) {
  const t = useText('wizard')
  const check = useDraftCall('POST /api/wizard/check')
  const run = () => check.mutate({ body: { areas: [...areas] } })
  const findings = check.data?.findings.filter((finding) => finding.status !== 'skipped' && keep(finding))
  return (
    <SectionCard
      title={title}
      description={description}
      aside={
        <Button variant="default" size="xs" loading={check.isPending} onClick={run}>
          {action}
        </Button>
      }
    >
      <div aria-live="polite">
        {check.isPending && (
          <>
            <Text size="sm" c="dimmed" mb="xs">
              {t('checking')}
            </Text>
            <LoadingRows rows={2} height={40} />
          </>
        )}
        {check.error !== null && <ErrorState error={check.error} onRetry={run} />}
        {findings !== undefined &&
          !check.isPending &&
          (findings.length > 0 ? (
            <FindingList findings={findings} />
          ) : (
            <Text size="sm">{t('nothingToSay')}</Text>
          ))}
      </div>
    </SectionCard>
  )
}
