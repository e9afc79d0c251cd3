import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createSealer, loadSealingKey } from '../config/sealing.ts'
import { createSecretReader, type SecretReader } from '../config/secrets.ts'
import type { Runtime } from '../runtime.ts'

export interface SecretsOptions {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly runtime: Runtime
  /** Of the server that looks at itself: the desktop app may keep it where no file is. */
  readonly sealingKey?: Buffer
}

/** Reads secrets as the server does, but never makes a sealing key: one made by another user would lock the server out. */
export function secretsWithoutTraces(options: SecretsOptions): SecretReader {
  const { dataDir, env, runtime } = options
  return {
    async read(source, name) {
      const isSealed = typeof source === 'object' && 'sealed' in source
      const key = isSealed ? await sealingKeyOr(options) : runtime.random.bytes(32)
      return await createSecretReader({ dataDir, env, sealer: createSealer(key, runtime.random) }).read(
        source,
        name,
      )
    },
  }
}

/** The sealing key; one that opens nothing where there is none. Throws `OperatorError` where it cannot be used. */
export async function sealingKeyOr({ dataDir, runtime, sealingKey }: SecretsOptions): Promise<Buffer> {
  if (sealingKey !== undefined) return sealingKey
  const exists = await stat(join(dataDir, 'sealing.key')).then(
    () => true,
    () => false,
  )
  return exists ? await loadSealingKey(dataDir, runtime.random) : runtime.random.bytes(32)
}
