import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { createSealer, loadSealingKey } from '../config/sealing.ts'
import { createSecretReader, type SecretReader } from '../config/secrets.ts'
import type { Runtime } from '../runtime.ts'
import { storageOptionsOf } from '../storage-options.ts'
import { openStorage, type Storage } from '../storage/storage.ts'
import { commandRuntime } from './command-runtime.ts'
import type { CommandOutput } from './config-commands.ts'

/** What a command needs that looks at or changes the data, beside a running Signpost or without one. */
export interface DataContext extends CommandOutput {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default: standard input. */
  readonly input?: AsyncIterable<Uint8Array>
}

export interface OpenData {
  readonly config: Config
  readonly storage: Storage
  readonly runtime: Runtime
  /** Reads the sealing key when there is a sealed secret. */
  readonly secrets: SecretReader
}

/** Opens the database that the configuration names as a guest, for the time of `work`. Throws `OperatorError`. */
export async function withData<T>(context: DataContext, work: (data: OpenData) => Promise<T>): Promise<T> {
  const { config } = await loadConfig(context.dataDir)
  const runtime = commandRuntime()
  const secrets = secretsOf(context, runtime)
  const options = await storageOptionsOf(config, context.dataDir, secrets)
  const storage = await openStorage({ ...options, guest: true }, runtime)
  try {
    return await work({ config, storage, runtime, secrets })
  } finally {
    await storage.close()
  }
}

/** Takes the sealing key only when there is a secret to read: taking it would create one in an empty data directory. */
export function secretsOf(
  { dataDir, env }: Pick<DataContext, 'dataDir' | 'env'>,
  runtime: Runtime,
): SecretReader {
  return {
    async read(source, name) {
      const sealer = createSealer(await loadSealingKey(dataDir, runtime.random), runtime.random)
      return createSecretReader({ dataDir, env, sealer }).read(source, name)
    },
  }
}
