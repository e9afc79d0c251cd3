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
import { openOutbound } from '../open-outbound.ts'

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

/** The backends of a configuration, and who is asked besides them, for the time of `work`. */
export async function withDirectories<T>(
  context: DataContext,
  data: OpenData,
  work: (directories: OpenDirectories) => Promise<T>,
): Promise<T> {
  const { config, storage, runtime } = data
  const all = openBackends(config, await worldOf(context, config, runtime), runtime, storage)
  const sources = storedSources(config.backends)
  const backends = all.filter((backend) => isUsedFor(backend.config, 'lookup'))
  const { http, outbound } = await openOutbound(context, data)
  const { remote } = outbound
  const lookup = lookupIn(all, sources, storage, runtime, { remote })
  try {
    return await work({ all, backends, sources, lookup, remote, storage, clock: runtime.clock })
  } finally {
    await Promise.all([http.close(), ...all.map((backend) => backend.close())])
  }
}
