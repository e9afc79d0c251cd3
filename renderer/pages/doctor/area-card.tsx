import { Button } from '@mantine/core'
import { CheckList, type CheckOutcome, type CheckStep } from '../../components/check-list.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { areaNames, type Area, type Finding } from './areas.ts'

export interface AreaCardProps {
  readonly area: Area
  readonly findings: readonly Finding[]
  readonly isBusy: boolean
  readonly onLookAgain: () => void
}

/** What was seen in one area. */
export function AreaCard({ area, findings, isBusy, onLookAgain }: AreaCardProps) {
  const t = useText('doctor')
  const name = t(areaNames[area])
  return (
    <SectionCard
      title={name}
      aside={
        <Button
          variant="subtle"
          size="xs"
          loading={isBusy}
          onClick={onLookAgain}
          aria-label={t('lookAgainAt', { area: name })}
        >
          {t('runAgain')}
        </Button>
      }
    >
      <CheckList steps={findings.map((finding, index) => stepOf(finding, `${area} ${index}`, t))} />
    </SectionCard>
  )
}

const outcomes = {
  ok: 'ok',
  warning: 'warning',
  problem: 'failed',
  skipped: 'skipped',
} as const satisfies Record<Finding['status'], CheckOutcome>

/** The server tells in English what it saw; screen readers are told so. */
function stepOf(finding: Finding, id: string, t: ReturnType<typeof useText<'doctor'>>): CheckStep {
  const { title, subject, status, detail, cause, fix, link } = finding
  return {
    id,
    title: <span lang="en">{subject === null ? title : `${title}: ${subject}`}</span>,
    outcome: outcomes[status],
    detail: (
      <span lang="en">
        {detail}
        {link !== null && (
          <>
            <br />
            {t('more', { link })}
          </>
        )}
      </span>
    ),
    ...(cause === null ? {} : { cause: <span lang="en">{cause}</span> }),
    ...(fix === null ? {} : { fix: <span lang="en">{fix}</span> }),
  }
}
