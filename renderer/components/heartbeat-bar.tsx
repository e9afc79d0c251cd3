import { Text } from '@mantine/core'
import { useId, useState, type KeyboardEvent } from 'react'
import { useFormats, useText } from '../texts/use-text.tsx'
import classes from './heartbeat-bar.module.css'
import { useStatusWord, type StatusKind } from './status.tsx'

export interface Beat {
  readonly at: number
  readonly kind: StatusKind
  /** Details of this beat: "12 calls, 1 failed". */
  readonly note?: string
}

export interface HeartbeatBarProps {
  /** Oldest first. */
  readonly beats: readonly Beat[]
  /** Whose beats these are. */
  readonly label: string
}

/** The latest states of something as small bars; the arrow keys, Home, End and Escape move along them. */
export function HeartbeatBar({ beats, label }: HeartbeatBarProps) {
  const t = useText('common')
  const formats = useFormats()
  const word = useStatusWord()
  const help = useId()
  const [chosen, setChosen] = useState<number | null>(null)
  const last = beats.length - 1
  const describe = ({ at, kind, note }: Beat) =>
    [t('beatOf', { time: formats.dateTime(at), state: word(kind) }), note].filter(Boolean).join(', ')
  const beat = beats[chosen ?? last]
  const move = (event: KeyboardEvent) => {
    const current = chosen ?? last
    const targets: Readonly<Record<string, number | null>> = {
      ArrowLeft: Math.max(0, current - 1),
      ArrowRight: Math.min(last, current + 1),
      Home: 0,
      End: last,
      Escape: null,
    }
    if (!(event.key in targets)) return
    event.preventDefault()
    setChosen(targets[event.key] ?? null)
  }
  return (
    <div>
      <div
        className={classes.bar}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-describedby={help}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={chosen ?? Math.max(0, last)}
        aria-valuetext={beat === undefined ? t('none') : describe(beat)}
        onKeyDown={move}
        onBlur={() => setChosen(null)}
        onMouseLeave={() => setChosen(null)}
      >
        {beats.map(({ at, kind }, index) => (
          <span
            key={at}
            className={classes.beat}
            data-kind={kind}
            data-chosen={index === chosen || undefined}
            onMouseEnter={() => setChosen(index)}
          />
        ))}
      </div>
      <Text size="xs" c="dimmed" mt={4} className="numeric" aria-hidden>
        {beat === undefined ? t('none') : describe(beat)}
      </Text>
      <span id={help} hidden>
        {t('beatHelp')}
      </span>
    </div>
  )
}
