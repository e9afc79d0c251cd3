import { Button, Text } from '@mantine/core'
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
    title: <span lang="en">{capital(subject === null ? title : `${title}: ${subject}`)}</span>,
    outcome: outcomes[status],
    detail: <span lang="en">{detail}</span>,
    ...(cause === null ? {} : { cause: <span lang="en">{cause}</span> }),
    ...(fix === null
      ? {}
      : {
          fix: (
            <>
              <span lang="en">{fix}</span>
              {link !== null && (
                <Text component="div" size="xs" c="dimmed">
                  {t('more', { link })}
                </Text>
              )}
            </>
          ),
        }),
  }
}

/** Titles are phrases that can stand in a list. */
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
