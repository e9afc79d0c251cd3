import { OperatorError } from '../../config/operator-error.ts'
import { ConfigError } from '../../config/problems.ts'
import type { Logger } from '../../runtime.ts'
import { takeRequest, type ChangeRequest } from './change-request.ts'
import { refusedState, writeChangeState } from './change-state.ts'
import type { SafeChange } from './safe-change.ts'

/** How soon a command sees that a server has taken its request. */
export const LOOK_EVERY_MS = 1_000

export interface WatchOptions {
  readonly dataDir: string
  readonly safeChange: SafeChange
  readonly log: Logger
}

/** Does what commands ask for, as long as the server runs. Returns the function that ends it, once it is idle. */
export function watchRequests({ dataDir, safeChange, log }: WatchOptions): () => Promise<void> {
  let busy: Promise<void> | null = null
  const timer = setInterval(() => {
    busy ??= look()
      .catch((err: unknown) => log.error({ err }, 'a requested change of the configuration failed'))
      .finally(() => (busy = null))
  }, LOOK_EVERY_MS)
  timer.unref()

  async function look(): Promise<void> {
    const request = await takeRequest(dataDir)
    if (request === null) return
    const { id, tokenHash, withinMs, changes } = request
    try {
      await safeChange.begin(
        changes.map(({ path, value }) => ({ path, value })),
        { id, tokenHash, withinMs },
      )
    } catch (error) {
      await tellRefusal(request, error)
    }
  }

  async function tellRefusal({ id }: ChangeRequest, error: unknown): Promise<void> {
    await writeChangeState(dataDir, refusedState(id, [], problemsOf(error)))
    if (!(error instanceof OperatorError)) throw error
  }

  return async () => {
    clearInterval(timer)
    await busy
  }
}

function problemsOf(error: unknown) {
  if (error instanceof ConfigError) return error.problems
  if (error instanceof OperatorError) return [{ path: '', message: error.message, fix: error.fix }]
  return [{ path: '', message: 'The server broke off.', fix: 'Its log has the reason.' }]
}
