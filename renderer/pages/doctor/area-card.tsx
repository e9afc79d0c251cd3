import { Button } from '@mantine/core'
import { FindingList } from '../../components/finding-list.tsx'
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
      <FindingList findings={findings} withLinks />
    </SectionCard>
  )
}
