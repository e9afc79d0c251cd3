import { Link } from 'react-router'
import { useText } from '../../../texts/use-text.tsx'
import type { Connection } from '../use-connections.ts'
import classes from './picture.module.css'

export interface ArrowLabelProps {
  readonly connection: Connection
  /** The middle of the line it stands at, and the room there. */
  readonly x: number
  readonly y: number
  readonly width: number
}

/** The numbers of an arrow: its rate above the line, its latency below; in words when it is pointed at or reached by key. */
export function ArrowLabel({ connection, x, y, width }: ArrowLabelProps) {
  const t = useText('map')
  const { arrow, rate, latency, said, page } = connection
  return (
    <li className={classes.place} style={{ left: x - width / 2, top: y, width, height: 0 }}>
      <Link className={classes.label} data-state={arrow.state} to={page}>
        <span className={classes.said}>{said}. </span>
        <span className={classes.rate} data-quiet={rate === null || undefined}>
          {rate ?? t(arrow.state === 'problem' ? 'failing' : 'quiet')}
        </span>
        <span className={classes.latency}>{latency ?? ''}</span>
      </Link>
    </li>
  )
}
