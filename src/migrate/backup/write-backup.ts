import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { Config } from '../../config/schema.ts'
import { loadSealingKey } from '../../config/sealing.ts'
import { syncDirectory } from '../../config/write-file.ts'
import { readKeyFile } from '../../keys/key-file.ts'
import { signingKeyFromSeed } from '../../matrix/signing.ts'
import type { Runtime } from '../../runtime.ts'
import { allMigrations } from '../../storage/migrations/index.ts'
import type { Storage } from '../../storage/storage.ts'
import { version } from '../../version.ts'
import { recordsOf, type ContentProgress } from './contents.ts'
import { encodeFront, encodeHeader, FORMAT } from './file/header.ts'
import { deriveKeys, describeKey, macOf, type BackupKey } from './file/key.ts'
import type { Head } from './file/records.ts'
import { sealChunks } from './file/stream.ts'
import { cannotWrite, requireSpace } from './free-space.ts'
import { namedPaths } from './named-paths.ts'
import { listOwnFiles, type OwnFile } from './own-files.ts'
import { describeTables } from './tables/describe-tables.ts'
import { countRows } from './tables/read-rows.ts'

/** What is backed up. */
export interface BackupSource {
  readonly dataDir: string
  readonly config: Config
  /** The values of `signpost.yaml` as they stand in it. */
  readonly values: unknown
  readonly storage: Storage
  readonly runtime: Runtime
  /** Where it does not lie in the data directory (the keychain of the desktop app). */
  readonly sealingKey?: Buffer
  /** Default: this program's. */
  readonly program?: { readonly version: string; readonly schema: number }
}

export interface WrittenBackup {
  readonly file: string
  readonly bytes: number
  readonly createdAt: number
  readonly files: number
  readonly rows: number
}

/**
 * Writes everything into one new, encrypted file, which appears under its name when it is whole and on the disk. The
 * data is of one moment, while the server goes on working. Throws `OperatorError`.
 */
export async function writeBackup(
  source: BackupSource,
  file: string,
  key: BackupKey,
  report: (progress: ContentProgress) => void = () => {},
): Promise<WrittenBackup> {
  const partial = `${file}.partial`
  if (await stat(file).catch(() => null))
    throw cannotWrite(file, 'There is a file of this name.', 'Choose another name.')
  const files = await listOwnFiles(source.dataDir, source.config)
  await requireSpace(source.storage, dirname(file), files, file)
  try {
    await rm(partial, { force: true })
    const written = await source.storage.readSnapshot(async (db) => {
      // The first query: from here on everything is read from the same state. Files come later, so that no key is older
      // than the rows that name it.
      const tables = await describeTables(db)
      const head = await headOf(source, await countRows(db, tables))
      const instead = await replacementsOf(source, files)
      const records = recordsOf({ ...{ dataDir: source.dataDir, head, files, instead, tables, db }, report })
      const bytes = await writeSealed(partial, records, key, source.runtime)
      return { file, bytes, createdAt: head.createdAt, files: files.length, rows: head.rows }
    })
    await rename(partial, file)
    await syncDirectory(dirname(file))
    return written
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw cannotWrite(file, error)
  }
}

const thisProgram = { version, schema: allMigrations.at(-1)?.number ?? 0 }

async function headOf(source: BackupSource, rows: number): Promise<Head> {
  const program = source.program ?? thisProgram
  const keys = (await readKeyFile(join(source.dataDir, 'signing-keys.json')))?.keys ?? []
  return {
    program: program.version,
    createdAt: source.runtime.clock.now(),
    domain: source.config.matrix.domain,
    storage: source.storage.kind,
    schema: program.schema,
    rows,
    publicKeys: keys
      .toSorted((a, b) => Number(a.retiredAt === null) - Number(b.retiredAt === null))
      .map(({ id, seed }) => ({
        id,
        publicKey: signingKeyFromSeed(id, Buffer.from(seed, 'base64')).publicKey,
      })),
    paths: [...namedPaths(source.values)],
  }
}

/** The sealing key goes along wherever it lies: without it, sealed secrets stay closed on another machine. */
async function replacementsOf(
  { dataDir, runtime, sealingKey }: BackupSource,
  files: readonly OwnFile[],
): Promise<ReadonlyMap<string, Buffer>> {
  const name = 'sealing.key'
  if (!files.some(({ path }) => path === name)) return new Map()
  const key = sealingKey ?? (await loadSealingKey(dataDir, runtime.random))
  return new Map([[name, Buffer.from(`${key.toString('base64')}\n`)]])
}

/** Answers the size of the file. */
async function writeSealed(
  path: string,
  records: AsyncIterable<Buffer>,
  key: BackupKey,
  { random }: Runtime,
): Promise<number> {
  const salt = random.bytes(32).toString('base64')
  const header = { format: FORMAT, program: version, salt, key: describeKey(key) } as const
  const bytes = encodeHeader(header)
  const keys = await deriveKeys(key, header)
  const handle = await open(path, 'wx', 0o600)
  try {
    await writeAll(handle, encodeFront(bytes, macOf(keys, bytes)))
    for await (const chunk of sealChunks(compressed(records), keys.seal)) await writeAll(handle, chunk)
    await handle.sync()
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}

/** `write` may write less than it was given, on a disk that is nearly full. */
async function writeAll(handle: Awaited<ReturnType<typeof open>>, bytes: Buffer): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    const { bytesWritten } = await handle.write(rest)
    rest = rest.subarray(bytesWritten)
  }
}

/** Level 3: rows of text shrink to a sixth, at three times the speed of the default. */
function compressed(records: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const gzip = createGzip({ level: 3 })
  // An error of the records ends the iteration over `gzip` with it.
  pipeline(Readable.from(records), gzip, () => {})
  return gzip
}
