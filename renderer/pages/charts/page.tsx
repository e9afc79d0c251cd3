import { SegmentedControl, Stack } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useApi } from '../../api/hooks.ts'
import { LoadingCard } from '../../components/loading.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { useText } from '../../texts/use-text.tsx'
import { ChartCard } from './chart-card.tsx'
import { contentsOf } from './chart-series.ts'
import classes from './charts.module.css'
import { DependenciesCard } from './dependencies-card.tsx'
import { ranges, rangeTexts, readRange } from './ranges.ts'

export function Page() {
  const t = useText('charts')
  const [query, setQuery] = useSearchParams()
  const range = readRange(query.get('range'))
  const charts = useApi('GET /api/charts', { query: { range } }, { keepPrevious: true, refetchEvery: 60_000 })
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="md">
        <SegmentedControl
          w="fit-content"
          maw="100%"
          aria-label={t('range')}
          data={ranges.map((value) => ({ value, label: t(rangeTexts[value]) }))}
          value={range}
          onChange={(value) => setQuery({ range: value })}
        />
        <QueryView query={charts} loading={<LoadingCharts />}>
          {(data) => (
            <div className={classes.grid}>
              {contentsOf(data).map((content) => (
                <div key={content.id} className={content.id === 'lookups' ? classes.wide : undefined}>
                  <ChartCard content={content} steps={data} />
                </div>
              ))}
            </div>
          )}
        </QueryView>
        <DependenciesCard range={range} />
      </Stack>
    </>
  )
}

function LoadingCharts() {
  return (
    <div className={classes.grid}>
      <div className={classes.wide}>
        <LoadingCard height={360} />
      </div>
      <LoadingCard height={360} />
      <LoadingCard height={360} />
    </div>
  )
}
