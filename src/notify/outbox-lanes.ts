import { sql, type Kysely, type Transaction } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Database } from '../storage/schema.ts'

/*
 * A lane holds the messages for one receiver, such as a homeserver. Only a few of them are under way at once, so that a
 * slow receiver does not take the slots of all others. When the receiver cannot be reached, the whole lane waits for the
 * next attempt at one of its messages: five hundred of them do not knock at a closed door five hundred times. The order
 * within the lane stays.
 */

/** Attempts under way in one lane; one alone while its receiver is down. */
const ATTEMPTS_PER_LANE = 4
/** Receivers remembered as down. One that is forgotten is merely tried once too often. */
const MAX_DOWN = 10_000

interface Down {
  /** Attempts in a row that did not reach the receiver. */
  readonly failures: number
  /** Attempts that began before this moment tell nothing new. */
  readonly since: number
  /** When the next attempt is due, milliseconds since the epoch. */
  readonly until: number
}

/** What one worker knows about its lanes. */
export interface Lanes {
  /** Lanes of which nothing may be claimed now. */
  full(): readonly string[]
  /** An attempt begins; call `end` with the result when it is over. */
  begin(lane: string | null): LaneAttempt
  end(attempt: LaneAttempt): void
  /**
   * The receiver was not reached. Answers until when the lane waits; `after` gives that time for so many failures in a
   * row.
   */
  down(attempt: LaneAttempt, after: (failures: number) => number): number
  /** The receiver was reached. True when it was down before. */
  up(attempt: LaneAttempt): boolean
}

export interface LaneAttempt {
  readonly lane: string | null
  readonly began: number
}

export function createLanes(): Lanes {
  const underWay = new Map<string, number>()
  const downs = new LRUCache<string, Down>({ max: MAX_DOWN })
  let moment = 0

  function add(lane: string | null, change: number): void {
    if (lane === null) return
    const count = (underWay.get(lane) ?? 0) + change
    if (count > 0) underWay.set(lane, count)
    else underWay.delete(lane)
  }

  return {
    full: () =>
      [...underWay]
        .filter(([lane, count]) => count >= (downs.has(lane) ? 1 : ATTEMPTS_PER_LANE))
        .map(([lane]) => lane),
    begin(lane) {
      add(lane, 1)
      return { lane, began: ++moment }
    },
    end: ({ lane }) => add(lane, -1),
    down({ lane, began }, after) {
      if (lane === null) return after(1)
      const known = downs.get(lane)
      if (known !== undefined && began < known.since) return known.until
      const failures = (known?.failures ?? 0) + 1
      const until = after(failures)
      downs.set(lane, { failures, since: ++moment, until })
      return until
    },
    up: ({ lane }) => lane !== null && downs.delete(lane),
  }
}

/** Rows that would be due less than this after the others line up with them. */
const TOGETHER_MS = 60_000

/** Lets what waits in a lane wait until `until` at least, in its order, for the reason `error`. */
export async function holdLane(
  tx: Transaction<Database>,
  lane: string,
  until: number,
  error: string,
): Promise<void> {
  const places = waitingIn(tx, lane).where('next_attempt_at', '<', until + TOGETHER_MS)
  await tx
    .updateTable('outbox')
    .from(places.as('places'))
    .set({ last_error: error, next_attempt_at: sql`${until} + places.place` })
    .whereRef('outbox.id', '=', 'places.id')
    .where('outbox.state', '=', 'queued')
    .execute()
}

/** Gives up a message's place in its lane. */
export async function goToTheEnd(tx: Transaction<Database>, id: string, now: number): Promise<void> {
  await tx.updateTable('outbox').set({ first_due_at: now }).where('id', '=', id).execute()
}

/** Makes what waits in a lane due at once, in its order. */
export async function releaseLane(db: Kysely<Database>, lane: string, now: number): Promise<void> {
  await db
    .updateTable('outbox')
    .from(waitingIn(db, lane).as('places'))
    .set({ next_attempt_at: sql`${now} - places.others + places.place` })
    .whereRef('outbox.id', '=', 'places.id')
    .where('outbox.state', '=', 'queued')
    .execute()
}

/**
 * The queued rows of a lane with their places, from 0. Rows are claimed in the order of their times, so each place gets
 * a millisecond of its own. Whoever updates them asks for the state once more: another process may have claimed a row
 * while the statement waited for it.
 */
function waitingIn(db: Kysely<Database>, lane: string) {
  return db
    .selectFrom('outbox')
    .select([
      'id',
      sql<number>`row_number() over (order by first_due_at, id) - 1`.as('place'),
      sql<number>`count(*) over ()`.as('others'),
    ])
    .where('lane', '=', lane)
    .where('finished_at', 'is', null)
    .where('state', '=', 'queued')
}
