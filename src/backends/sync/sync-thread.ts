import { Worker } from 'node:worker_threads'
import type { Logger } from '../../runtime.ts'
import type { StorageOptions } from '../../storage/storage.ts'
import type { BackendConfig } from '../sections.ts'
import type { WorldSettings } from '../world.ts'
import type { SyncOutcome } from './run-sync.ts'

/** What a sync thread is sent: plain values only. */
export interface SyncOrder {
  readonly storage: StorageOptions
  readonly config: BackendConfig
  readonly world: WorldSettings
  readonly full: boolean
  readonly acceptRemovals: boolean
}

/** What a sync thread says. */
export type FromSyncThread =
  | {
      readonly type: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly fields: object
      readonly message: string
    }
  | { readonly type: 'progress'; readonly read: number }
  | { readonly type: 'outcome'; readonly outcome: SyncOutcome }

/** A backend that does not end when it is told to is left behind after this. */
const STOP_GRACE_MS = 5_000

/**
 * Syncs in a thread of its own: parsing a hundred thousand entries, comparing and writing them takes seconds, in which
 * lookups have to be answered. Rejects when the thread dies of something that is not the directory's fault, or when it
 * outlives `signal`.
 */
export function syncInThread(
  order: SyncOrder,
  log: Logger,
  signal: AbortSignal,
  progress: (read: number) => void = () => {},
): Promise<SyncOutcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), { workerData: order, name: `signpost-sync-${order.config.id}` })
    let outcome: SyncOutcome | null = null
    let grace: NodeJS.Timeout | undefined
    const stop = () => {
      worker.postMessage('stop')
      grace = setTimeout(() => void worker.terminate(), STOP_GRACE_MS)
    }
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    worker.on('message', (message: FromSyncThread) => {
      if (message.type === 'outcome') outcome = message.outcome
      else if (message.type === 'progress') progress(message.read)
      else log[message.level](message.fields, message.message)
    })
    worker.once('error', reject)
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', stop)
      clearTimeout(grace)
      if (outcome === null) reject(new Error(`The sync ended early with exit code ${code}.`))
      else resolve(outcome)
    })
  })
}

/** The worker has this module's own suffix: `.js` in a build, `.ts` when the sources run as they are. */
function workerFile(): URL {
  return new URL(`./sync-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}
