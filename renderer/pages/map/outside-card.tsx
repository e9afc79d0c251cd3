import { Button } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { LoadingRows } from '../../components/loading.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import type { MapPicture } from './use-map.ts'

/** The code of tables is not part of the first view. */
const OutsideTable = lazy(async () => ({ default: (await import('./outside-table.tsx')).OutsideTable }))

/** Whom Signpost has connected to: what an organisation that counts its data flows wants to know. */
export function OutsideCard({ outside }: Pick<MapPicture, 'outside'>) {
  const t = useText('map')
  const [isOpen, setOpen] = useState(false)
  const count = outside.length
  const button = (
    <Button variant="default" size="xs" onClick={() => setOpen(true)}>
      {t('outsideShow', { count })}
    </Button>
  )
  return (
    <SectionCard
      title={t('outside')}
      description={count === 0 ? t('outsideNone') : t('outsideBody')}
      aside={count === 0 || isOpen ? undefined : button}
    >
      {isOpen ? (
        <Suspense fallback={<LoadingRows rows={Math.min(count, 5)} />}>
          <OutsideTable outside={outside} />
        </Suspense>
      ) : undefined}
    </SectionCard>
  )
}
