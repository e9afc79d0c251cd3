import { syncSettings } from '../backends/mirrored.ts'
import { createSyncScheduler } from '../backends/sync/scheduler.ts'
import { syncInThread } from '../backends/sync/sync-thread.ts'
import { BackendFailure } from '../backends/failure.ts'
import type { SyncOutcome } from '../backends/sync/run-sync.ts'
import { storageOptionsOf } from '../storage-options.ts'
import type { BackendCommandOptions } from './backend-commands.ts'
import { chooseBackend } from './choose-backend.ts'
import { exitCodes } from './config-commands.ts'
import { count } from './list-report.ts'
import { withData, type DataContext } from './open-data.ts'
import { worldOf } from './open-directories.ts'
import { UsageError } from './usage-error.ts'

/** `signpost backend sync ID`, beside a running server or without one, which follows within two seconds. */
export async function syncBackend(
  io: DataContext,
  id: string,
  order: BackendCommandOptions,
): Promise<number> {
  return await withData(io, async ({ config, storage, runtime, secrets }) => {
    const section = chooseBackend(config, id)
    if (syncSettings(section) === null)
      throw new UsageError(`There is no copy of "${id}": its sync is off or impossible.`)
    const world = await worldOf(io, config, runtime)
    const storageOptions = await storageOptionsOf(config, io.dataDir, secrets)
    const scheduler = createSyncScheduler({
      storage,
      runtime,
      backends: config.backends,
      processId: `command ${process.pid}`,
      sync: (backend, { full, acceptRemovals }, signal) =>
        syncInThread(
          { storage: storageOptions, config: backend, world, full, acceptRemovals },
          runtime.log,
          signal,
        ),
      changed: async () => {},
    })
    try {
      return report(io, id, await scheduler.syncNow(id, order))
    } catch (error) {
      if (!(error instanceof BackendFailure)) throw error
      const { code, message, fix } = error
      return report(io, id, { ok: false, failure: { code, message, fix } })
    } finally {
      await scheduler.stop()
    }
  })
}

function report(io: DataContext, id: string, outcome: SyncOutcome): number {
  if (io.json) io.out(JSON.stringify({ id, ...outcome }))
  else if (outcome.ok) {
    const { full, added, changed, removed, people, addresses, rejected, conflicts } = outcome.result
    io.out(
      `"${id}" is up to date${full ? ', read in full' : ''}: ${added} added, ${changed} changed, ${removed} removed`,
    )
    io.out(
      `${count(people, 'person', 'people')}, ${count(addresses, 'address', 'addresses')}, ` +
        `${count(rejected, 'value', 'values')} left out, ${count(conflicts, 'conflict', 'conflicts')}`,
    )
  } else {
    io.err(`"${id}" could not be synced. ${outcome.failure.message}`)
    io.err(`  Fix: ${outcome.failure.fix}`)
  }
  return outcome.ok ? exitCodes.fine : exitCodes.unexpected
}
