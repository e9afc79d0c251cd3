import { Stack } from '@mantine/core'
import { useState } from 'react'
import { useNow } from '../../../app/use-now.ts'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { ListRow } from './list-row.tsx'
import { RowsDrawer } from './rows-drawer.tsx'
import { useLists, type InviteList } from './use-lists.ts'

/** How long one that is over stays on the page. */
const SHOWN_MS = 3 * 86_400_000

/** Lists that are under way, and what came of the latest ones; nothing where there are none. */
export function ListsCard() {
  const t = useText('invitations')
  const now = useNow()
  const { data } = useLists()
  const [open, setOpen] = useState<InviteList | null>(null)
  const lists =
    data?.lists.filter(({ finishedAt }) => finishedAt === null || finishedAt > now - SHOWN_MS) ?? []
  if (lists.length === 0) return null
  return (
    <SectionCard title={t('lists')} description={t('listsBody')}>
      <Stack gap="lg">
        {lists.map((list) => (
          <ListRow key={list.id} list={list} onShow={() => setOpen(list)} />
        ))}
      </Stack>
      <RowsDrawer list={open} onClose={() => setOpen(null)} />
    </SectionCard>
  )
}
