import { Text } from '@mantine/core'
import type { DoctorCardProps } from '../../components/doctor-card.tsx'
import { FindingsCard } from '../../components/findings-card.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraftCall } from '../draft/use-draft-call.ts'

/** Looks at a part of the installation as it would be with the draft. */
export function DraftCheck({ areas, ...card }: DoctorCardProps) {
  const t = useText('wizard')
  const check = useDraftCall('POST /api/wizard/check')
  return (
    <FindingsCard
      {...card}
      look={check}
      onLook={() => check.mutate({ body: { areas: [...areas] } })}
      waiting={
        <>
          <Text size="sm" c="dimmed" mb="xs">
            {t('checking')}
          </Text>
          <LoadingRows rows={2} height={40} />
        </>
      }
      nothing={t('nothingToSay')}
    />
  )
}
