import { useChange } from '../api/hooks.ts'
import { useText } from '../texts/use-text.tsx'
import type { Finding } from './finding-list.tsx'
import { FindingsCard, type FindingsCardProps } from './findings-card.tsx'
import { LoadingRows } from './loading.tsx'

export interface DoctorCardProps extends Pick<
  FindingsCardProps,
  'title' | 'description' | 'action' | 'keep'
> {
  readonly areas: readonly Finding['area'][]
}

/** The doctor gives up after nine seconds by itself. */
const PATIENCE_MS = 30_000

/** What the doctor says of one part of the installation, when asked. */
export function DoctorCard({ areas, ...card }: DoctorCardProps) {
  const t = useText('common')
  const look = useChange('POST /api/doctor', { timeoutMs: PATIENCE_MS, invalidates: [] })
  return (
    <FindingsCard
      {...card}
      look={look}
      onLook={() => look.mutate({ body: { areas: [...areas] } })}
      waiting={<LoadingRows rows={3} height={40} />}
      nothing={t('nothingToSay')}
    />
  )
}
