import { describe, expect, it } from 'vitest'
import { afterAttempt } from '../../../src/invitations/invite-lists/after-attempt.ts'
import type { RowOutcome } from '../../../src/invitations/invite-lists/invite-row.ts'
import type { InviteList, InviteRow } from '../../../src/invitations/invite-lists/list.ts'
import { freshPaces } from '../../../src/invitations/invite-lists/pace.ts'

const now = Date.UTC(2030, 0, 1)
const list: InviteList = {
  ...{ id: 'l', state: 'running', created_at: now, created_by: null, finished_at: null },
  ...{ room_id: '!r:example.org', room_name: null, sender: '@a:example.org', access_token: 'v1:sealed' },
  ...{ pace: freshPaces(now), failures: 0, problem: null, problem_detail: null },
}
const row: InviteRow = {
  ...{ list: 'l', position: 0, medium: 'email', address: 'b@example.org', mxid: null },
  ...{ state: 'waiting', attempts: 0, done_at: null, detail: null },
}
const after = (outcome: RowOutcome, changes: Partial<InviteList> = {}, attempts = 0) =>
  afterAttempt(outcome, { list: { ...list, ...changes }, row: { ...row, attempts }, lane: 'mail', now })

describe('an attempt to invite somebody of a list', () => {
  it('that the homeserver refuses is over for this person, and stops the list when it is the third in a row', () => {
    const refused = { result: 'forbidden', said: '403 M_FORBIDDEN' } as const
    expect(after(refused)).toMatchObject({ row: { state: 'failed' }, list: { failures: 1 } })
    expect(after(refused, { failures: 2 }).list).toMatchObject({ state: 'paused', problem: 'forbidden' })
  })

  it('at which the homeserver breaks is repeated, three times at most', () => {
    const broken = { result: 'broken', said: '500' } as const
    expect(after(broken).row).toEqual({ attempts: 1 })
    expect(after(broken).list.pace?.mail.nextAt).toBeGreaterThan(now)
    expect(after(broken, {}, 2).row).toMatchObject({ state: 'failed' })
  })

  it('that reaches nobody says nothing about the person, and waits longer each time', () => {
    const silent = { result: 'unreachable', said: 'timeout' } as const
    const [first, fifth] = [after(silent), after(silent, { failures: 4 })]
    expect(first.row).toBeNull()
    expect(fifth.list.pace?.mail.nextAt).toBeGreaterThan(first.list.pace?.mail.nextAt ?? 0)
  })

  it('for which there is no account or no access stops the list and leaves the person waiting', () => {
    expect(after({ result: 'no-account', said: '403' })).toMatchObject({
      row: null,
      list: { state: 'paused', problem: 'no-account' },
    })
    expect(after({ result: 'signed-out' })).toMatchObject({
      row: null,
      list: { state: 'paused', problem: 'signed-out', access_token: null },
    })
  })
})
