import { Button } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { useChange } from '../../api/hooks.ts'
import { useJob } from '../../api/use-job.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { KeyValues } from '../../components/key-values.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Time } from '../../components/time.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'

/** The pepper of hashed lookups. */
export function PepperCard({ pepper }: { readonly pepper: AnswerOf<'GET /api/keys'>['pepper'] }) {
  const t = useText('security')
  const formats = useFormats()
  const rotate = useChange('POST /api/keys/rotate-pepper')
  const job = useJob(rotate.data?.job.id, '/api/keys')
  const isRunning = rotate.isPending || job?.state === 'running'
  const timeOf = (at: number | null) => (at === null ? t('building') : <Time at={at} />)
  return (
    <SectionCard
      title={t('pepper')}
      description={t('pepperBody')}
      aside={
        <Button variant="default" loading={isRunning} onClick={() => rotate.mutate()}>
          {t('rotatePepper')}
        </Button>
      }
    >
      <div role="status">{isRunning && t('rotatingPepper')}</div>
      {rotate.error !== null && <ErrorState error={rotate.error} />}
      <KeyValues
        items={[
          { name: t('pepperMade'), value: timeOf(pepper.createdAt) },
          { name: t('pepperNext'), value: timeOf(pepper.nextRotation) },
          {
            name: t('mappings'),
            value: pepper.mappings === null ? t('building') : formats.number(pepper.mappings),
          },
        ]}
      />
    </SectionCard>
  )
}
