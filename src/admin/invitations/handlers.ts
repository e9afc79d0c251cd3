import type { Config } from '../../config/schema.ts'
import { readHistory } from '../../invitations/history.ts'
import { findInvitation } from '../../invitations/invitation.ts'
import { countInvitations, countTroubled, listInvitations } from '../../invitations/list.ts'
import { nextAttempt } from '../../invitations/next-attempt.ts'
import { openResend } from '../../invitations/open-resend.ts'
import { revokeInvitation } from '../../invitations/revoke.ts'
import type { NotificationQueue } from '../../notify/queue.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'
import { toCursor } from '../api/page-cursor.ts'
import type { Handlers } from '../api/serve.ts'
import type { invitationsContract } from './contract.ts'
import { readSearch } from './search.ts'
import { shownEntry, shownInvitation } from './shown.ts'

export interface InvitationsOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly notifications: NotificationQueue
  readonly wakeOutbox: () => void
}

export function createInvitationsHandlers(options: InvitationsOptions): Handlers<typeof invitationsContract> {
  const { storage, runtime, wakeOutbox } = options
  const { db } = storage
  const resend = openResend(options)
  return {
    async 'GET /api/invitations'({ query: { state = [], troubled = false, q = '', cursor, limit } }) {
      const search = readSearch(q)
      if (search === null) return { invitations: [], next: null }
      const behind = cursor === undefined ? {} : { behind: { createdAt: cursor[0], id: cursor[1] } }
      const filter = { states: state, troubled, ...search, ...behind, limit: limit + 1 }
      const rows = await listInvitations(db, filter)
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      const hasMore = rows.length > limit && last !== undefined
      return {
        invitations: page.map(shownInvitation),
        next: hasMore ? toCursor([last.created_at, last.id]) : null,
      }
    },

    async 'GET /api/invitations/counts'() {
      const [states, troubled] = await Promise.all([countInvitations(db), countTroubled(db)])
      return { states, troubled }
    },

    async 'GET /api/invitations/{id}'({ params: { id } }) {
      const invitation = await findInvitation(db, id)
      if (invitation === null) throw new AdminError('not-found')
      const [history, next] = await Promise.all([readHistory(db, id), nextAttempt(db, invitation)])
      return { invitation: shownInvitation(invitation), history: history.map(shownEntry), next }
    },

    async 'POST /api/invitations/resend'({ body: { ids } }, { caller, note }) {
      const outcomes = []
      for (const id of ids) {
        const resending = await resend(id, caller.name)
        const { result } = resending
        outcomes.push({
          ...{ id, result, ok: result === 'queued' },
          reason: result === 'refused' ? resending.reason : null,
          notBefore: result === 'too-soon' ? resending.notBefore : null,
        })
      }
      wakeOutbox()
      note({ target: ids.join(', '), after: outcomes.map(({ id, result }) => ({ id, result })) })
      return { outcomes }
    },

    async 'POST /api/invitations/revoke'({ body: { ids } }, { caller, note }) {
      const outcomes = []
      for (const id of ids) {
        const { result } = await revokeInvitation(storage, runtime, id, caller.name)
        const ok = result === 'revoked' || result === 'over'
        outcomes.push({ id, result, ok, reason: null, notBefore: null })
      }
      note({ target: ids.join(', '), after: outcomes.map(({ id, result }) => ({ id, result })) })
      return { outcomes }
    },
  }
}
