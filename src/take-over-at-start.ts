import { createInterimApp } from './admin/take-over/interim.ts'
import { loadConfig } from './config/load.ts'
import type { Config } from './config/schema.ts'
import { createSealer, loadSealingKey } from './config/sealing.ts'
import { createSecretReader } from './config/secrets.ts'
import type { ImportProgress } from './migrate/import/plan.ts'
import { runStagedImport } from './migrate/take-over/run-staged.ts'
import { readStagedImport } from './migrate/take-over/staged-import.ts'
import type { Runtime } from './runtime.ts'
import { storageOptionsOf } from './storage-options.ts'
import { openStorage } from './storage/storage.ts'

export interface TakeOverAtStart {
  readonly dataDir: string
  readonly runtime: Runtime
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absent: the key file of the data directory. */
  readonly sealingKey?: Buffer
}

/**
 * Does the import that the console has ordered, if one waits; meanwhile the address of the console says how far it is.
 * Call it before the configuration is read: the import changes it. Throws `OperatorError` where no start would succeed.
 */
export async function takeOverAtStart(options: TakeOverAtStart): Promise<void> {
  const { dataDir, runtime, env } = options
  if ((await readStagedImport(dataDir)) === null) return
  const { config } = await loadConfig(dataDir)
  const sealingKey = options.sealingKey ?? (await loadSealingKey(dataDir, runtime.random))
  const sealer = createSealer(sealingKey, runtime.random)
  const secrets = createSecretReader({ dataDir, env, sealer })
  let progress: ImportProgress | null = null
  const close = await showProgress(config, runtime, () => progress)
  try {
    await runStagedImport({
      ...{ dataDir, runtime, sealer, sealingKey },
      openStorage: async () => await openStorage(await storageOptionsOf(config, dataDir, secrets), runtime),
      tell: (next) => void (progress = next),
    })
  } finally {
    await close()
  }
}

/** Only a help: where nobody can listen, or certificates would be needed, the import goes on unseen. */
async function showProgress(
  config: Config,
  runtime: Runtime,
  progress: () => ImportProgress | null,
): Promise<() => Promise<void>> {
  if (config.admin.tls !== 'off') return async () => undefined
  const app = createInterimApp({ config, runtime, progress })
  const { host, port } = config.admin.listen
  try {
    await app.listen({ host, port })
  } catch (error) {
    runtime.log.warn({ err: error }, 'how far the import is cannot be shown')
  }
  return () => app.close()
}
