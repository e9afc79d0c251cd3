import type { InviteList, InviteRow, ListProblem, RowCounts } from '../../invitations/invite-lists/list.ts'
import { estimate } from '../../invitations/invite-lists/pace.ts'

/** A list as the console shows it: without its access token. */
export function shownList(list: InviteList, { states, waiting }: RowCounts, now: number) {
  const isOpen = list.state === 'running' || list.state === 'paused'
  return {
    ...{ id: list.id, state: list.state, sender: list.sender },
    ...{ createdAt: list.created_at, createdBy: list.created_by, finishedAt: list.finished_at },
    ...{ roomId: list.room_id, roomName: list.room_name },
    counts: states,
    total: Object.values(states).reduce((sum, count) => sum + count, 0),
    estimate: isOpen ? estimate(list.pace, waiting, now) : null,
    // Only this code writes the column.
    problem: list.problem as ListProblem | null,
    detail: list.problem_detail,
  }
}

export function shownRow({ position, address, mxid, state, detail, done_at }: InviteRow) {
  return { position, address, mxid, state, detail, doneAt: done_at }
}
