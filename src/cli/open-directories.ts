import type { AskedBackend } from '../backends/ask.ts'
import { isUsedFor, storedSources } from '../backends/mirrored.ts'
import { worldSettings, type WorldSettings } from '../backends/world.ts'
import type { Config } from '../config/schema.ts'
import { loadSealingKey } from '../config/sealing.ts'
import { lookupIn, openBackends } from '../directories.ts'
import type { ExplainOptions } from '../lookup/explain.ts'
import { authoritiesOf } from '../pem-files.ts'
import type { Runtime } from '../runtime.ts'
import type { DataContext, OpenData } from './open-data.ts'

/** The settings of the backends' world, as the server of this data directory has them. */
export async function worldOf(
  { dataDir, env }: Pick<DataContext, 'dataDir' | 'env'>,
  config: Config,
  runtime: Runtime,
): Promise<WorldSettings> {
  const authorities = await authoritiesOf(config, dataDir)
  const sealingKey = await loadSealingKey(dataDir, runtime.random)
  return worldSettings({ config, dataDir, env, authorities, sealingKey })
}

export interface OpenDirectories extends ExplainOptions {
  /** All that are enabled. */
  readonly all: readonly AskedBackend[]
}

/** The backends of a configuration, for the time of `work`. */
export async function withDirectories<T>(
  context: DataContext,
  { config, storage, runtime }: OpenData,
  work: (directories: OpenDirectories) => Promise<T>,
): Promise<T> {
  const all = openBackends(config, await worldOf(context, config, runtime), runtime, storage)
  const sources = storedSources(config.backends)
  const backends = all.filter((backend) => isUsedFor(backend.config, 'lookup'))
  const lookup = lookupIn(all, sources, storage, runtime)
  try {
    return await work({ all, backends, sources, lookup, storage, clock: runtime.clock })
  } finally {
    await Promise.all(all.map((backend) => backend.close()))
  }
}
