import { Link } from 'react-router'
import type { OverviewNumbers } from '../../../src/admin/map/shapes.ts'
import type { AnswerOf } from '../../api/client.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import { useFormats, useText, type PlainKey } from '../../texts/use-text.tsx'
import classes from './cards.module.css'

type Card = AnswerOf<'GET /api/overview'>['cards'][number]

const names = {
  lookups: 'cardLookups',
  found: 'cardFound',
  binds: 'cardBinds',
  'invitations-waiting': 'cardInvitationsWaiting',
  'messages-failed': 'cardMessagesFailed',
  refused: 'cardRefused',
} as const satisfies Record<Card['id'], PlainKey<'map'>>

/** The numbers that an event tells while they change. */
const liveNumbers: Partial<Record<Card['id'], keyof OverviewNumbers>> = {
  lookups: 'lookupsToday',
  found: 'foundToday',
  'invitations-waiting': 'invitationsWaiting',
  'messages-failed': 'messagesFailed',
  refused: 'refusedToday',
}

export interface CardsProps {
  readonly cards: readonly Card[]
  /** Newer than the cards; null before the first event. */
  readonly live: OverviewNumbers | null
}

/** Numbers of today, each of which leads to what is behind it. */
export function Cards({ cards, live }: CardsProps) {
  const t = useText('map')
  return (
    <ul className={classes.cards} aria-label={t('numbers')}>
      {cards.map((card) => (
        <CardLink key={card.id} card={card} value={valueOf(card, live)} />
      ))}
    </ul>
  )
}

function valueOf({ id, value }: Card, live: OverviewNumbers | null): number {
  const key = liveNumbers[id]
  return live === null || key === undefined ? value : (live[key] ?? value)
}

function CardLink({ card, value }: { readonly card: Card; readonly value: number }) {
  const t = useText('map')
  const formats = useFormats()
  const name = t(names[card.id])
  return (
    <li>
      <Link className={classes.card} to={card.link}>
        <span className={classes.value} data-bad={(card.id === 'messages-failed' && value > 0) || undefined}>
          {formats.number(value)}
        </span>
        <span className={classes.name}>{name}</span>
        <span className={classes.line}>
          {card.series.some((count) => count > 0) && (
            <Sparkline values={card.series} label={t('lastDay', { name })} />
          )}
        </span>
      </Link>
    </li>
  )
}
