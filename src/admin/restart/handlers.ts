import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import type { restartContract } from './contract.ts'
import { restartAfter } from './restart-after.ts'

export interface RestartOptions {
  /** Null where nobody can start this process anew. */
  readonly requestRestart: (() => void) | null
}

export function createRestartHandlers({ requestRestart }: RestartOptions): Handlers<typeof restartContract> {
  return {
    async 'POST /api/restart'(_input, { reply }) {
      if (!restartAfter(reply, requestRestart)) {
        throw new AdminError('not-possible', {
          message: 'This Signpost was started in a way that cannot restart itself.',
          fix: 'Stop it and start it again.',
        })
      }
      return {}
    },
  }
}
