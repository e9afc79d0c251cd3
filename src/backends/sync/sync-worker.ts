import { parentPort, workerData } from 'node:worker_threads'
import type { Logger } from '../../runtime.ts'
import { openStorage } from '../../storage/storage.ts'
import { systemClock, systemRandom } from '../../system.ts'
import { createBackendContext } from '../context.ts'
import { createBackend } from '../kinds.ts'
import { createWorld } from '../world.ts'
import { runSync } from './run-sync.ts'
import type { FromSyncThread, SyncOrder } from './sync-thread.ts'

// The body of a sync thread: one sync, one answer.
if (parentPort !== null) {
  const port = parentPort
  const post = (message: FromSyncThread) => port.postMessage(message)
  const stop = new AbortController()
  port.once('message', () => stop.abort())
  const { storage: where, config, world: settings, full, acceptRemovals } = workerData as SyncOrder
  const runtime = { clock: systemClock, random: systemRandom, log: logThrough(post, {}) }
  const storage = await openStorage({ ...where, guest: true }, runtime)
  const context = createBackendContext(config, createWorld(settings, runtime, null))
  const backend = await createBackend(config, context)
  const { domain } = settings
  const outcome = await runSync({
    ...{ storage, runtime, backend, config, domain, full, acceptRemovals },
    signal: stop.signal,
    progress: (read) => post({ type: 'progress', read }),
  })
  await backend.close()
  await storage.close()
  post({ type: 'outcome', outcome })
  port.close()
}

/** The log of the process that started this thread: one place decides on levels and masking. */
function logThrough(post: (message: FromSyncThread) => void, bound: object): Logger {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) => {
    // Only what can be cloned crosses a thread border; an error's own class does not.
    const plain = JSON.parse(JSON.stringify({ ...bound, ...fields }, errorsAsText)) as object
    post({ type: 'log', level, fields: plain, message })
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => logThrough(post, { ...bound, ...fields }),
  }
}

function errorsAsText(_name: string, value: unknown): unknown {
  return value instanceof Error ? { message: value.message, stack: value.stack } : value
}
