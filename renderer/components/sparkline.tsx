import classes from './sparkline.module.css'

export interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[]
  /** What it shows, in words: the picture itself says nothing to a screen reader. */
  readonly label: string
}

const width = 120
const height = 32
const inset = 2

/** A small line without axes. */
export function Sparkline({ values, label }: SparklineProps) {
  const top = Math.max(1, ...values)
  const step = (width - 2 * inset) / Math.max(1, values.length - 1)
  const points = values.map(
    (value, index) => `${inset + index * step},${height - inset - (value / top) * (height - 2 * inset)}`,
  )
  if (points.length < 2) return null
  const end = inset + (values.length - 1) * step
  return (
    <svg
      className={classes.sparkline}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
    >
      <title>{label}</title>
      <polygon className={classes.area} points={`${inset},${height} ${points.join(' ')} ${end},${height}`} />
      <polyline className={classes.line} points={points.join(' ')} />
    </svg>
  )
}
