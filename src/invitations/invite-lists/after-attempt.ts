import type { InviteListTable } from '../../storage/schema.ts'
import type { RowOutcome } from './invite-row.ts'
import type { InviteList, InviteRow, ListProblem } from './list.ts'
import { limited, sent, type Lane, type Paces } from './pace.ts'

export interface Changes {
  readonly row: Partial<InviteRow> | null
  readonly list: Partial<Omit<InviteListTable, 'pace'>> & { readonly pace?: Paces }
}

/** A homeserver that breaks at one address three times breaks because of it: Synapse answers so to every refusal. */
const MOST_ATTEMPTS = 3
/** So many refusals in a row are no matter of the people who are invited. */
const MOST_REFUSALS = 3
const SHORTEST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 30 * 60_000

const noProblem = { failures: 0, problem: null, problem_detail: null } as const

/** What an attempt means for the row and for its list. */
export function afterAttempt(
  outcome: RowOutcome,
  { list, row, lane, now }: { list: InviteList; row: InviteRow; lane: Lane; now: number },
): Changes {
  const paced = (pace: Paces[Lane]): Paces => ({ ...list.pace, [lane]: pace })
  const stopped = (problem: ListProblem, detail: string | null) =>
    ({ state: 'paused', problem, problem_detail: detail }) as const
  const rowOver = (state: 'failed', detail: string) => ({ state, detail, done_at: now })
  switch (outcome.result) {
    case 'over': {
      const { state, detail } = outcome
      // Nobody was asked for who is left alone, so the next may follow at once.
      const wasSent = state === 'mailed' || state === 'invited'
      const pace = wasSent ? { pace: paced(sent(list.pace[lane], now)) } : {}
      return { row: { state, detail, done_at: now }, list: { ...noProblem, ...pace } }
    }
    case 'owned':
      return { row: { mxid: outcome.mxid }, list: {} }
    case 'limited': {
      const pace = paced(limited(list.pace[lane], now, outcome.retryAfterMs))
      return { row: null, list: { ...noProblem, problem: 'pace', pace } }
    }
    case 'signed-out':
      return { row: null, list: { ...stopped('signed-out', null), access_token: null } }
    case 'no-account':
      return { row: null, list: stopped('no-account', outcome.said) }
    case 'forbidden':
    case 'missing': {
      const failures = list.failures + 1
      const isOfList = failures >= MOST_REFUSALS
      return {
        row: rowOver('failed', outcome.said),
        list: { failures, ...(isOfList ? { ...stopped('forbidden', outcome.said), failures: 0 } : {}) },
      }
    }
    case 'broken': {
      const attempts = row.attempts + 1
      if (attempts >= MOST_ATTEMPTS) {
        return { row: { attempts, ...rowOver('failed', outcome.said) }, list: noProblem }
      }
      return { row: { attempts }, list: waits(list, paced, lane, now, 'broken', outcome.said) }
    }
    case 'unreachable':
      return { row: null, list: waits(list, paced, lane, now, 'unreachable', outcome.said) }
  }
}

function waits(
  list: InviteList,
  paced: (pace: Paces[Lane]) => Paces,
  lane: Lane,
  now: number,
  problem: ListProblem,
  said: string,
): Changes['list'] {
  const waitMs = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** list.failures)
  const pace = paced({ ...list.pace[lane], nextAt: now + waitMs })
  return { failures: list.failures + 1, problem, problem_detail: said, pace }
}
