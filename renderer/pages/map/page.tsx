import { Paper, Skeleton, Stack } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { lazy, Suspense, useState } from 'react'
import type { OverviewNumbers } from '../../../src/admin/map/shapes.ts'
import { useApi } from '../../api/hooks.ts'
import { useEvent } from '../../api/use-events.ts'
import { LoadingCard } from '../../components/loading.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { useText } from '../../texts/use-text.tsx'
import { Cards } from './cards.tsx'
import { ConnectionList } from './connection-list.tsx'
import { Notices } from './notices.tsx'
import { OutsideCard } from './outside-card.tsx'
import { narrowest } from './picture/layout.ts'
import { Picture } from './picture/picture.tsx'
import { SetupGuide } from './setup-guide.tsx'
import { useMap, type MapPicture } from './use-map.ts'

// Its names are many, and the first page waits for none of them.
const IntegrationsStrip = lazy(async () => ({
  default: (await import('./integrations-strip.tsx')).IntegrationsStrip,
}))

export function Page() {
  const t = useText('map')
  const map = useMap()
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="lg">
        <Overview />
        <QueryView query={map} loading={<LoadingCard height={480} />}>
          {(picture) => (
            <>
              <SetupGuide nodes={picture.nodes} />
              <Paper component="section" withBorder p="lg" bg="var(--surface)" aria-label={t('picture')}>
                <Drawing map={picture} />
              </Paper>
              <Suspense>
                <IntegrationsStrip nodes={picture.nodes} />
              </Suspense>
              <OutsideCard outside={picture.outside} />
            </>
          )}
        </QueryView>
      </Stack>
    </>
  )
}

/** What needs a look, and the numbers of today. */
function Overview() {
  const [live, setLive] = useState<OverviewNumbers | null>(null)
  useEvent('numbers', setLive)
  const overview = useApi('GET /api/overview', undefined, { refetchEvery: 60_000 })
  return (
    <QueryView query={overview} loading={<Skeleton height={132} radius="md" />}>
      {({ notices, cards }) => (
        <>
          <Notices notices={notices} />
          <Cards cards={cards} live={live} />
        </>
      )}
    </QueryView>
  )
}

/** As a picture where there is room for one, else as a list. */
function Drawing({ map }: { readonly map: MapPicture }) {
  const { ref, width } = useElementSize()
  return (
    <div ref={ref}>
      {width >= narrowest && <Picture map={map} width={width} />}
      {width > 0 && width < narrowest && <ConnectionList map={map} />}
    </div>
  )
}
