import { resolve } from 'node:path'
import type { Config } from './config/schema.ts'
import type { SecretReader } from './config/secrets.ts'
import type { StorageOptions } from './storage/storage.ts'
import { version } from './version.ts'

/** Which database a configuration names. */
export async function storageOptionsOf(
  { storage }: Config,
  dataDir: string,
  secrets: SecretReader,
): Promise<StorageOptions> {
  if (storage.type === 'sqlite') {
    return { type: 'sqlite', file: resolve(dataDir, storage.path), programVersion: version }
  }
  return { type: 'postgres', url: await secrets.read(storage.url, 'storage.url'), programVersion: version }
}
