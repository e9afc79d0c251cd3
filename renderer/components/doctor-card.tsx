import { Button, Text } from '@mantine/core'
import { useChange } from '../api/hooks.ts'
import { useText } from '../texts/use-text.tsx'
import { ErrorState } from './error-state.tsx'
import { FindingList, type Finding } from './finding-list.tsx'
import { LoadingRows } from './loading.tsx'
import { SectionCard } from './section-card.tsx'

export interface DoctorCardProps {
  readonly title: string
  readonly description: string
  /** On the button. */
  readonly action: string
  readonly areas: readonly Finding['area'][]
  /** Leaves out what says nothing in this place. */
  readonly keep?: (finding: Finding) => boolean
}

/** The doctor gives up after nine seconds by itself. */
const PATIENCE_MS = 30_000

/** What the doctor says of one part of the installation, when asked. */
export function DoctorCard({ title, description, action, areas, keep = () => true }: DoctorCardProps) {
  const t = useText('common')
  const look = useChange('POST /api/doctor', { timeoutMs: PATIENCE_MS, invalidates: [] })
  const run = () => look.mutate({ body: { areas: [...areas] } })
  const findings = look.data?.findings.filter((finding) => finding.status !== 'skipped' && keep(finding))
  return (
    <SectionCard
      title={title}
      description={description}
      aside={
        <Button variant="default" size="xs" loading={look.isPending} onClick={run}>
          {action}
        </Button>
      }
    >
      <div aria-live="polite">
        {look.isPending && <LoadingRows rows={3} height={40} />}
        {look.error !== null && <ErrorState error={look.error} onRetry={run} />}
        {findings !== undefined &&
          !look.isPending &&
          (findings.length > 0 ? (
            <FindingList findings={findings} />
          ) : (
            <Text size="sm">{t('nothingToSay')}</Text>
          ))}
      </div>
    </SectionCard>
  )
}
