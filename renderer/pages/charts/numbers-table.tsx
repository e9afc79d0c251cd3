import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import type { ChartCardProps } from './chart-card.tsx'

interface Step {
  readonly at: number
  readonly values: readonly (number | null)[]
}

/** The numbers of a chart, the latest first; steps of which nothing is known are left out. */
export function NumbersTable({ content: { id, series, unit }, steps: { from, stepMs } }: ChartCardProps) {
  const t = useText('charts')
  const formats = useFormats()
  const rows: readonly Step[] = Array.from({ length: series[0]?.values.length ?? 0 }, (_, index) => ({
    at: from + index * stepMs,
    values: series.map(({ values }) => values[index] ?? null),
  }))
    .filter(({ values }) => values.some((value) => value !== null))
    .reverse()
  const amount = (value: number | null | undefined) =>
    value === null || value === undefined
      ? '–'
      : unit === 'ms'
        ? formats.duration(value)
        : formats.number(value)
  const columns: readonly Column<Step>[] = [
    { id: 'at', header: t('time'), cell: ({ at }) => formats.dateTime(at) },
    ...series.map(({ name }, index): Column<Step> => ({
      id: name,
      header: t(name),
      align: 'end',
      cell: ({ values }) => amount(values[index]),
      sortBy: ({ values }) => values[index] ?? null,
    })),
  ]
  return (
    <DataTable label={t(id)} rows={rows} columns={columns} rowKey={({ at }) => String(at)} empty={null} />
  )
}
