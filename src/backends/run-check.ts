import type { CheckStep } from './check.ts'
import { createBackendContext, type BackendWorld } from './context.ts'
import { asBackendFailure } from './failure.ts'
import { createBackend } from './kinds.ts'
import type { BackendConfig } from './sections.ts'

/** A check does several things in turn, each with the time limit of the backend. */
const CHECK_TIMEOUT_MS = 120_000

/** Builds the backend of a section for this check alone, and yields each step as soon as it is done. Never throws. */
export async function* checkSteps(section: BackendConfig, world: BackendWorld): AsyncGenerator<CheckStep> {
  try {
    const backend = await createBackend(section, createBackendContext(section, world))
    try {
      const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS)
      yield* backend.check({ signal, requester: { kind: 'operator', userId: null } })
    } finally {
      await backend.close()
    }
  } catch (error) {
    const { message, fix } = asBackendFailure(error)
    yield { step: 'settings', outcome: 'failed', detail: message, fix, ms: 0 }
  }
}
