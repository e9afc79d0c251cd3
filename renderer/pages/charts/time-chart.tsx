import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { useFormats, useText } from '../../texts/use-text.tsx'
import type { ChartCardProps } from './chart-card.tsx'
import classes from './charts.module.css'
import { isWithinDays } from './ranges.ts'

/** Series are told apart by their dashes where colours are not; the legend shows the same (charts.module.css). */
const dashes = ['', '7 4', '2 4', '10 3 2 3', '4 2', '1 3'] as const

/** Lines over time. Arrow keys move along them; what they meet is read out. */
export function TimeChart({ content: { id, series, unit }, steps: { range, from, stepMs } }: ChartCardProps) {
  const t = useText('charts')
  const formats = useFormats()
  const count = series[0]?.values.length ?? 0
  const points = Array.from({ length: count }, (_, index) => ({
    at: from + index * stepMs,
    ...Object.fromEntries(series.map(({ name, values }) => [name, values[index] ?? null])),
  }))
  const tick = (at: number) => (isWithinDays(range) ? formats.clock(at) : formats.dayOfMonth(at))
  const amount = (value: number) => (unit === 'ms' ? formats.duration(value) : formats.number(value))
  return (
    <div className={classes.chart} data-chart={id}>
      <ResponsiveContainer width="100%" height={240}>
        <LineChart data={points} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} title={t(id)}>
          <CartesianGrid vertical={false} />
          <XAxis dataKey="at" tickFormatter={tick} minTickGap={48} tickLine={false} />
          <YAxis
            tickFormatter={amount}
            width={64}
            axisLine={false}
            tickLine={false}
            allowDecimals={unit === 'ms'}
          />
          <Tooltip
            isAnimationActive={false}
            labelFormatter={(at) => formats.dateTime(Number(at))}
            formatter={(value, name) => [
              typeof value === 'number' ? amount(value) : '–',
              t(String(name) as typeof id),
            ]}
          />
          {series.map(({ name }, index) => (
            <Line
              key={name}
              dataKey={name}
              type="monotone"
              dot={false}
              strokeWidth={2}
              stroke={`var(--series-${index})`}
              strokeDasharray={dashes[index] ?? ''}
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </div>
  )
}
