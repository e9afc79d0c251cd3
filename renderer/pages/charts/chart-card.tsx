import { Button, Skeleton } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { EmptyState } from '../../components/empty-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import classes from './charts.module.css'
import { isEmpty, sumOf, type ChartContent } from './chart-series.ts'
import { NumbersTable } from './numbers-table.tsx'
import type { Charts } from './ranges.ts'

/** The library that draws is large, and the page is of use before it is there. */
const TimeChart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }))

export interface ChartCardProps {
  readonly content: ChartContent
  readonly steps: Pick<Charts, 'range' | 'from' | 'stepMs'>
}

/** One chart with its legend, and the same as a table for those whom a picture says nothing. */
export function ChartCard({ content, steps }: ChartCardProps) {
  const t = useText('charts')
  const [asTable, setAsTable] = useState(false)
  const { id, description } = content
  const title = t(id)
  const nothing = isEmpty(content)
  const toggle = (
    <Button
      size="xs"
      variant="subtle"
      aria-label={t(asTable ? 'showChartOf' : 'showTableOf', { chart: title })}
      onClick={() => setAsTable(!asTable)}
    >
      {t(asTable ? 'showChart' : 'showTable')}
    </Button>
  )
  return (
    <SectionCard
      title={title}
      {...(description === undefined ? {} : { description: t(description) })}
      aside={nothing ? undefined : toggle}
    >
      {nothing && <EmptyState title={t('nothing')} />}
      {!nothing && !asTable && (
        <>
          <Legend content={content} />
          <Suspense fallback={<Skeleton height={240} />}>
            <TimeChart content={content} steps={steps} />
          </Suspense>
        </>
      )}
      {!nothing && asTable && <NumbersTable content={content} steps={steps} />}
    </SectionCard>
  )
}

function Legend({ content: { series, unit } }: Pick<ChartCardProps, 'content'>) {
  const t = useText('charts')
  const formats = useFormats()
  return (
    <ul className={classes.legend}>
      {series.map((one, index) => (
        <li key={one.name} className={classes.legendItem}>
          <svg width={22} height={8} aria-hidden>
            <line className={classes.sample} data-series={index} x1={1} y1={4} x2={21} y2={4} />
          </svg>
          {t(one.name)}
          {unit === 'count' && <b className="numeric">{formats.number(sumOf(one))}</b>}
        </li>
      ))}
    </ul>
  )
}
