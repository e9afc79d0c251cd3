import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { z } from 'zod'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../../config/file-error.ts'
import { OperatorError } from '../../config/operator-error.ts'
import { allMigrations } from '../../storage/migrations/index.ts'
import { damaged, newer, wrongKey } from './errors.ts'
import { decodeHeader, FRONT_BYTES, type ReadHeader } from './file/header.ts'
import { deriveKeys, isMacOf, kindOfKey, type BackupKey, type FileKeys } from './file/key.ts'
import { decodeRecords, headSchema, RecordError, type BackupRecord, type Head } from './file/records.ts'
import { ChunkError, openChunks } from './file/stream.ts'

/** A backup whose password was right. */
export interface OpenBackup {
  readonly head: Head
  /** What comes after the head, authenticated piece by piece. Throws `backup-damaged` where that fails. */
  readonly records: AsyncGenerator<BackupRecord>
}

/**
 * Opens a backup as far as its head. Throws `OperatorError`: `backup-foreign`, `backup-locked`, `backup-damaged`,
 * `backup-newer`, `input-unreadable`. Read `records` to their end, or call its `return()`.
 */
export async function openBackup(file: string, key: BackupKey): Promise<OpenBackup> {
  const front = await readFront(file)
  const keys = await unlock(front, file, key)
  const records = recordsIn(file, front, keys)
  const first = await records.next()
  try {
    if (first.done === true || first.value.kind !== 'H')
      throw damaged(file, 'It does not begin with its head.')
    const head = parseRecord(headSchema, first.value, file)
    if (head.schema > (allMigrations.at(-1)?.number ?? 0)) throw newer(file, head.program)
    return { head, records }
  } catch (error) {
    await records.return(undefined)
    throw error
  }
}

/** What a backup says of itself; whether the rest is undamaged is not looked at. Throws as `openBackup` does. */
export async function readHead(file: string, key: BackupKey): Promise<Head> {
  const { head, records } = await openBackup(file, key)
  await records.return(undefined)
  return head
}

async function readFront(file: string): Promise<ReadHeader> {
  try {
    const handle = await open(file, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(FRONT_BYTES), 0, FRONT_BYTES, 0)
      return decodeHeader(buffer.subarray(0, bytesRead), file)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw unreadable(error, file)
  }
}

async function unlock(front: ReadHeader, file: string, key: BackupKey): Promise<FileKeys> {
  const [asked, given] = [front.header.key.from, kindOfKey(key)]
  if (asked !== given) throw wrongKey(file, asked, given)
  const keys = await deriveKeys(key, front.header)
  if (!isMacOf(keys, front.bytes, front.mac)) throw wrongKey(file, asked, given)
  return keys
}

async function* recordsIn(file: string, { end }: ReadHeader, keys: FileKeys): AsyncGenerator<BackupRecord> {
  const gunzip = createGunzip()
  const sealed: AsyncIterable<Buffer> = createReadStream(file, { start: end })
  // An error of the file or of a chunk ends the iteration over `gunzip` with it.
  pipeline(Readable.from(openChunks(sealed, keys.seal)), gunzip, () => {})
  try {
    yield* decodeRecords(gunzip)
  } catch (error) {
    if (error instanceof ChunkError || error instanceof RecordError || isZlibError(error)) {
      throw damaged(file, 'It was changed after it was written, or its end is missing.', error)
    }
    throw unreadable(error, file)
  } finally {
    gunzip.destroy()
  }
}

const isZlibError = (error: unknown) => systemErrorCode(error)?.startsWith('Z_') === true

function unreadable(error: unknown, file: string): unknown {
  if (error instanceof OperatorError || systemErrorCode(error) === undefined) return error
  return new OperatorError('input-unreadable', {
    tried: `read the backup ${file}`,
    likelyCause: explainSystemError(error, file),
    fix: systemErrorFix(error, file, 'read'),
    cause: error,
  })
}

/** The JSON of a record. Throws `backup-damaged`. */
export function parseRecord<T extends z.ZodType>(
  schema: T,
  { content }: BackupRecord,
  file: string,
): z.output<T> {
  try {
    return schema.parse(JSON.parse(content.toString()))
  } catch (cause) {
    throw damaged(file, 'It holds something that this version of Signpost does not understand.', cause)
  }
}
