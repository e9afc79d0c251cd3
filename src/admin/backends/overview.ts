import { isDeepStrictEqual } from 'node:util'
import type { Dependencies } from '../../activity/counters/dependencies.ts'
import { countEntries } from '../../backends/list/list.ts'
import { syncSettings } from '../../backends/mirrored.ts'
import type { BackendConfig } from '../../backends/sections.ts'
import { nextSyncAt } from '../../backends/sync/scheduler.ts'
import { readSyncState, type SyncFailure } from '../../backends/sync/state.ts'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/schema.ts'
import type { Directories } from '../../directories.ts'
import type { Storage } from '../../storage/storage.ts'
import type { HandlerAnswer } from '../api/route.ts'
import type { backendsContract } from './contract.ts'
import { backendUse } from './shapes.ts'
import { sectionsIn, shownSections } from './sections.ts'

export interface OverviewOptions {
  readonly dataDir: string
  readonly storage: Storage
  /** The configuration that runs. */
  readonly config: () => Config
  readonly directories: Pick<Directories, 'backends'>
  readonly dependencies: Pick<Dependencies, 'health'>
}

type Overview = HandlerAnswer<(typeof backendsContract)['GET /api/backends']>
type Shown = Overview['backends'][number]

/** The backends of the file beside what runs. Throws `ConfigError`. */
export async function readOverview(
  options: OverviewOptions,
): Promise<Pick<Overview, 'backends' | 'leaving'>> {
  const { config, values } = await loadConfig(options.dataDir)
  const sections = shownSections(sectionsIn(values))
  const backends = await Promise.all(
    config.backends.map((backend, index) => describe(options, backend, sections[index] ?? {})),
  )
  const kept = new Set(config.backends.map(({ id }) => id))
  const leaving = options
    .config()
    .backends.filter(({ id }) => !kept.has(id))
    .map(({ id }) => id)
  return { backends, leaving }
}

async function describe(
  options: OverviewOptions,
  config: BackendConfig,
  section: Shown['section'],
): Promise<Shown> {
  const { id, type, enabled } = config
  return {
    ...{ id, type, enabled, section },
    uses: usesOf(config),
    state: stateOf(options.config().backends, config),
    health: healthOf(options, id),
    sync: await syncOf(options.storage, config),
    rows: type === 'list' ? await countEntries(options.storage, id) : null,
  }
}

function usesOf(config: BackendConfig): Shown['uses'] {
  const uses: Readonly<Record<string, boolean>> = config.uses
  return backendUse.options.flatMap((use) => (uses[use] === undefined ? [] : [{ use, on: uses[use] }]))
}

function stateOf(running: readonly BackendConfig[], config: BackendConfig): Shown['state'] {
  const former = running.find(({ id }) => id === config.id)
  if (!config.enabled && former?.enabled !== true) return 'off'
  return isDeepStrictEqual(former, config) ? 'running' : 'waiting'
}

function healthOf({ directories, dependencies }: OverviewOptions, id: string): Shown['health'] {
  const asked = directories.backends.find((backend) => backend.id === id)
  const health = dependencies.health(`backend ${id}`)
  const error = health?.lastError ?? null
  // A list lies in the database of Signpost: nobody is called for it.
  const unasked = asked?.config.type === 'list' ? 'ok' : 'unknown'
  return {
    state: asked === undefined ? 'off' : (health?.state ?? unasked),
    since: health?.since ?? null,
    isLeftAlone: asked?.state().breaker === 'open',
    lastError:
      error === null ? null : { code: error.code, message: error.reason, fix: error.fix, at: error.at },
  }
}

async function syncOf({ db }: Storage, config: BackendConfig): Promise<Shown['sync']> {
  const settings = syncSettings(config)
  if (settings === null) return null
  const state = await readSyncState(db, config.id)
  const nextAt = nextSyncAt(state, settings.every)
  if (state === null) return { ...neverSynced, nextAt }
  const { people, addresses, rejected, conflicts } = state
  return {
    ...{ nextAt, people, addresses, rejected, conflicts },
    succeededAt: state.succeeded_at,
    finishedAt: state.finished_at,
    // Written by `runSync` alone, in this form.
    failure: state.failure === null ? null : (JSON.parse(state.failure) as SyncFailure),
  }
}

const neverSynced = {
  ...{ succeededAt: null, finishedAt: null, failure: null },
  ...{ people: 0, addresses: 0, rejected: 0, conflicts: 0 },
} as const
