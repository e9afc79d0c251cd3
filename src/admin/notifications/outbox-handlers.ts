import { retryNow, retryWaiting } from '../../notify/outbox.ts'
import { countOutbox, giveUp, readOutboxPage } from '../../notify/outbox-pages.ts'
import type { Runtime } from '../../runtime.ts'
import type { OutboxState } from '../../storage/schema.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import type { outboxContract } from './outbox-contract.ts'

export interface OutboxOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly wakeOutbox: () => void
}

const statesOf = {
  waiting: ['queued', 'sending'],
  failed: ['failed'],
  sent: ['done'],
} as const satisfies Record<string, readonly OutboxState[]>

export function createOutboxHandlers({
  storage: { db },
  runtime,
  wakeOutbox,
}: OutboxOptions): Handlers<typeof outboxContract> {
  return {
    async 'GET /api/notifications/outbox'({ query: { state, kind, cursor, limit } }) {
      const kinds = kind === undefined ? undefined : [kind]
      const [page, { queued, sending, failed, done }] = await Promise.all([
        readOutboxPage(db, { states: statesOf[state], kinds, cursor, limit }),
        countOutbox(db),
      ])
      return { ...page, counts: { waiting: queued + sending, failed, sent: done } }
    },

    async 'POST /api/notifications/outbox/retry'() {
      await retryWaiting(db, runtime)
      wakeOutbox()
      return {}
    },

    async 'POST /api/notifications/outbox/{id}/retry'({ params: { id } }, { note }) {
      if (!(await retryNow(db, runtime, id))) throw new AdminError('conflict')
      wakeOutbox()
      note({ target: id })
      return {}
    },

    async 'POST /api/notifications/outbox/{id}/give-up'({ params: { id } }, { note }) {
      if (!(await giveUp(db, runtime, id))) throw new AdminError('conflict')
      wakeOutbox()
      note({ target: id })
      return {}
    },
  }
}
