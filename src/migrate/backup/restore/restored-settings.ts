import { stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { editText } from '../../../config/edit-text.ts'
import { configFileName, parseConfig, readConfigFile } from '../../../config/load.ts'
import { createSealer, loadSealingKey } from '../../../config/sealing.ts'
import { createSecretReader, type SecretReader } from '../../../config/secrets.ts'
import type { Config } from '../../../config/schema.ts'
import { replaceFile } from '../../../config/write-file.ts'
import type { Runtime } from '../../../runtime.ts'
import type { StorageOptions } from '../../../storage/storage.ts'
import { storageOptionsOf } from '../../../storage-options.ts'
import type { NamedPath } from '../named-paths.ts'

/** The database to restore into; absent: the one that the settings in the backup name. */
export type Into = { readonly type: 'sqlite' } | { readonly type: 'postgres'; readonly url: string }

export interface RestoredSettings {
  readonly config: Config
  readonly storage: StorageOptions
  /** What had to be changed in `signpost.yaml`, one sentence each. */
  readonly changes: readonly string[]
}

/** Reads the settings that were unpacked to `folder`, and makes them fit the database that is restored into. */
export async function settleSettings(
  folder: string,
  into: Into | undefined,
  env: Readonly<Record<string, string | undefined>>,
  runtime: Runtime,
): Promise<RestoredSettings> {
  const path = join(folder, configFileName)
  const before = (await readConfigFile(path)) ?? ''
  const wanted = wantedStorage(parseConfig(before, configFileName).config, folder, into)
  const after = wanted === null ? before : editText(before, { path: ['storage'], value: wanted.value })
  if (after !== before) await replaceFile(path, after)
  const { config } = parseConfig(after, configFileName)
  const secrets: SecretReader = {
    async read(source, name) {
      const sealer = createSealer(await loadSealingKey(folder, runtime.random), runtime.random)
      return createSecretReader({ dataDir: folder, env, sealer }).read(source, name)
    },
  }
  const storage = await storageOptionsOf(config, folder, secrets)
  return { config, storage, changes: wanted === null ? [] : [wanted.sentence] }
}

function wantedStorage({ storage }: Config, folder: string, into: Into | undefined) {
  if (into?.type === 'postgres') {
    return { value: into, sentence: 'storage: the PostgreSQL database that was named for the restore' }
  }
  if (storage.type === 'sqlite' ? isBelow(folder, storage.path) : into === undefined) return null
  return { value: undefined, sentence: 'storage: signpost.db in the data directory' }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, resolve(folder, path))
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(way) !== way
}

/** Of the paths that the settings name, those that lead nowhere on this machine. */
export async function missingPaths(
  paths: readonly NamedPath[],
  dataDir: string,
  folder: string,
): Promise<readonly NamedPath[]> {
  const found = await Promise.all(
    paths.map(({ path }) => {
      const place = isBelow(dataDir, path) ? join(folder, relative(dataDir, path)) : path
      return stat(place).then(
        () => true,
        () => false,
      )
    }),
  )
  return paths.filter((_, index) => found[index] === false)
}
