import { readChangeState } from '../../gateway/safe-change/change-state.ts'
import type { SafeChange } from '../../gateway/safe-change/safe-change.ts'
import type { HttpClient } from '../../net/http-client.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import type { AuditLog } from './audit.ts'
import type { changesContract } from './contract.ts'
import type { Undo } from './undo.ts'
import { confirmTrial } from './trial.ts'

export interface ChangesOptions {
  readonly dataDir: string
  readonly audit: Pick<AuditLog, 'list'>
  readonly undo: Undo
  readonly safeChange: () => Pick<SafeChange, 'confirm' | 'revert' | 'isTrying'>
  readonly http: () => Pick<HttpClient, 'request'>
}

export function createChangesHandlers(options: ChangesOptions): Handlers<typeof changesContract> {
  const { dataDir, audit, undo, safeChange, http } = options

  const currentTrial = async () => {
    const state = safeChange().isTrying() ? await readChangeState(dataDir) : null
    return state?.state === 'trying' ? state : null
  }

  return {
    async 'GET /api/changes'({ query: { before, limit, operation } }) {
      const found = await audit.list({ before, operation, limit: limit + 1 })
      const changes = found.slice(0, limit).map(({ undo, ...change }) => {
        return { ...change, canUndo: undo !== null && change.state === 'kept' }
      })
      return { changes, next: found.length > limit ? (changes.at(-1)?.id ?? null) : null }
    },

    async 'POST /api/changes/{id}/undo'({ params: { id }, query: { preview } }, { caller }) {
      return asAnswer(await undo.one(caller, id, preview))
    },

    async 'POST /api/changes/return'({ body: { to, preview } }, { caller }) {
      return asAnswer(await undo.returnTo(caller, to, preview))
    },

    async 'GET /api/changes/trial'() {
      const trial = await currentTrial()
      if (trial === null || trial.expiresAt === null) return { trial: null }
      return { trial: { keys: trial.keys, expiresAt: trial.expiresAt, confirmAt: trial.confirmAt } }
    },

    async 'POST /api/changes/trial/confirm'({ body: { token } }, { request }) {
      const trial = await currentTrial()
      const confirmed = await confirmTrial({ safeChange: safeChange(), http: http(), trial }, token, request)
      if (confirmed === null) throw new AdminError('not-found')
      return {
        state: confirmed.state,
        missing: confirmed.state === 'waiting' ? [...confirmed.missing] : [],
      }
    },

    async 'POST /api/changes/trial/revert'() {
      return { reverted: await safeChange().revert() }
    },
  }
}

type Undone = Awaited<ReturnType<Undo['one']>>

function asAnswer({ differences, result }: Undone) {
  if (result === null) return { differences, result }
  return { differences, result: { ...result, restartNeeded: [...result.restartNeeded] } }
}
