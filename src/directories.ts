import { createAskedBackend, type AskedBackend, type ObserveAsked } from './backends/ask.ts'
import type { Asking, Backend } from './backends/backend.ts'
import { isUsedFor, storedSources } from './backends/mirrored.ts'
import type { SyncOutcome } from './backends/sync/run-sync.ts'
import { createSyncScheduler, type SyncScheduler } from './backends/sync/scheduler.ts'
import { syncInThread } from './backends/sync/sync-thread.ts'
import { createWorld, type WorldSettings } from './backends/world.ts'
import type { Config } from './config/schema.ts'
import { createLookup, type Lookup } from './lookup/find.ts'
import type { Publication } from './lookup/publication.ts'
import type { RemoteLookup } from './lookup/remote.ts'
import type { Runtime } from './runtime.ts'
import type { Storage, StorageOptions } from './storage/storage.ts'

export interface DirectoryOptions {
  readonly config: Config
  readonly world: WorldSettings
  readonly runtime: Runtime
  readonly storage: Storage
  readonly storageOptions: StorageOptions
  readonly processId: string
  readonly observe: ObserveAsked
  /** Told of every sync that ended by itself. */
  readonly observeSync: (backend: string, outcome: SyncOutcome, ms: number) => void
  /** What peers may find; null: everything. */
  readonly published: () => Publication | null
  /** Who is asked when nobody here knows. */
  readonly remote: RemoteLookup
  /** After a sync that changed something. */
  readonly changed: () => Promise<void>
}

/** The organisation's directories, and what is asked of all of them together. */
export interface Directories {
  /** The enabled ones, in order. */
  readonly backends: readonly AskedBackend[]
  /** Ids of those whose people storage holds, in order. */
  readonly sources: readonly string[]
  readonly lookup: Lookup
  readonly syncs: SyncScheduler
  /** The name of a room, from the first backend that knows it: a homeserver's database. */
  roomName(roomId: string): Promise<string | null>
  close(): Promise<void>
}

export function createDirectories(options: DirectoryOptions): Directories {
  const { config, runtime, storage, world } = options
  const backends = openBackends(config, world, runtime, storage, options.observe)
  const sources = storedSources(config.backends)
  const syncs = createSyncScheduler({
    storage,
    runtime,
    backends: config.backends,
    processId: options.processId,
    async sync(section, order, signal) {
      const begun = runtime.clock.now()
      const { progress, ...wishes } = order
      const orders = { storage: options.storageOptions, config: section, world, ...wishes }
      const outcome = await syncInThread(orders, runtime.log, signal, progress)
      options.observeSync(section.id, outcome, runtime.clock.now() - begun)
      return outcome
    },
    changed: options.changed,
  })
  return {
    backends,
    sources,
    lookup: lookupIn(backends, sources, storage, runtime, options),
    syncs,
    async roomName(roomId) {
      for (const backend of backends) {
        if (backend.config.type !== 'synapse') continue
        const asked = await backend.ask('profile', null, (directory, asking) =>
          nameIn(directory, roomId, asking),
        )
        if (asked.outcome === 'answered' && asked.value !== null) return asked.value
      }
      return null
    },
    async close() {
      await syncs.stop()
      await Promise.all(backends.map((backend) => backend.close()))
    },
  }
}

const nameIn = async (directory: Backend, roomId: string, asking: Asking) =>
  (await directory.roomName?.(roomId, asking)) ?? null

/** The enabled backends, in order. None is connected to before it is asked. */
export function openBackends(
  config: Config,
  world: WorldSettings,
  runtime: Runtime,
  storage: Storage,
  observe?: ObserveAsked,
): readonly AskedBackend[] {
  const shared = createWorld(world, runtime, storage)
  return config.backends
    .filter(({ enabled }) => enabled)
    .map((section) => createAskedBackend(section, shared, observe))
}

export function lookupIn(
  backends: readonly AskedBackend[],
  sources: readonly string[],
  storage: Storage,
  { clock }: Runtime,
  { published = () => null, remote }: Partial<Pick<DirectoryOptions, 'published' | 'remote'>> = {},
): Lookup {
  const asked = backends.filter(({ config }) => isUsedFor(config, 'lookup'))
  return createLookup({ storage, clock, backends: asked, sources, published, remote: remote ?? null })
}
