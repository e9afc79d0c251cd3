import { useNow } from '../app/use-now.ts'
import { useFormats } from '../texts/use-text.tsx'

export interface TimeProps {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `relative` (default): "5 minutes ago" with the exact time as title; `exact`: the other way round. */
  readonly as?: 'relative' | 'exact'
}

export function Time({ at, as = 'relative' }: TimeProps) {
  const formats = useFormats()
  const now = useNow()
  const relative = formats.relative(at, now)
  const exact = formats.dateTime(at)
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={as === 'relative' ? exact : relative}
      className="numeric"
    >
      {as === 'relative' ? relative : exact}
    </time>
  )
}
