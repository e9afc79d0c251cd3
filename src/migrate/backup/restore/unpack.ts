import { createHash, type Hash } from 'node:crypto'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ControlledTransaction, Kysely } from 'kysely'
import type { Database } from '../../../storage/schema.ts'
import type { Storage } from '../../../storage/storage.ts'
import { damaged } from '../errors.ts'
import {
  endSchema,
  fileSchema,
  tableSchema,
  type BackupRecord,
  type End,
  type Head,
} from '../file/records.ts'
import { placeBelow } from '../own-files.ts'
import { parseRecord, type OpenBackup } from '../read-backup.ts'
import { describeTables, type Table } from '../tables/describe-tables.ts'
import { createDigest, digestTable } from '../tables/read-rows.ts'
import { writeSerials } from '../tables/serials.ts'
import { writeRows } from '../tables/write-rows.ts'

export interface UnpackProgress {
  readonly step: 'files' | 'rows' | 'check'
  readonly done: number
  /** Rows of the whole backup, tables to compare; null where it is not known before. */
  readonly total: number | null
}

export interface UnpackOptions {
  /** Named in errors. */
  readonly file: string
  readonly backup: OpenBackup
  /** An empty folder for the files. */
  readonly folder: string
  /** An empty database whose schema is the one of the backup. Asked for when all files are there. */
  readonly openStorage: (head: Head) => Promise<Storage>
  readonly report: (progress: UnpackProgress) => void
}

/**
 * Writes what a backup holds to an empty folder and an empty database, and compares it with what the backup says of
 * itself: every file, every row. In a database server the rows are committed when all is well; a SQLite file that was not
 * finished is of no use. Throws `backup-damaged`.
 */
export async function unpack(options: UnpackOptions): Promise<End> {
  const { file, backup, folder, report } = options
  const files = createFileWriter(file, folder)
  let rows: RowWriter | null = null
  let end: End | null = null
  try {
    for await (const record of backup.records) {
      if (record.kind === 'F') report({ step: 'files', done: await files.begin(record), total: null })
      else if (record.kind === 'D') await files.write(record)
      else {
        await files.end()
        rows ??= await startRows(file, await options.openStorage(backup.head))
        if (record.kind === 'T') rows.begin(record)
        else if (record.kind === 'R') {
          report({ step: 'rows', done: await rows.write(record), total: backup.head.rows })
        } else if (record.kind === 'Z') end = parseRecord(endSchema, record, file)
      }
    }
    if (end === null || rows === null) throw damaged(file, 'Its end is missing.')
    files.compare(end.files)
    await rows.finish(end, report)
    return end
  } finally {
    await files.end()
    await rows?.close()
  }
}

function createFileWriter(file: string, folder: string) {
  const written = new Map<string, { readonly bytes: number; readonly sha256: string }>()
  let current: { path: string; handle: FileHandle; hash: Hash; bytes: number } | null = null
  const writer = {
    async begin(record: BackupRecord): Promise<number> {
      await writer.end()
      const { path, mode } = parseRecord(fileSchema, record, file)
      const place = placeBelow(folder, path)
      if (place === null) throw damaged(file, 'It holds a file with an impossible name.')
      await mkdir(dirname(place), { recursive: true, mode: 0o700 })
      // For its owner at least, whatever it was elsewhere.
      const handle = await open(place, 'wx', 0o600 | (mode & 0o777))
      current = { path, handle, hash: createHash('sha256'), bytes: 0 }
      return written.size
    },
    async write({ content }: BackupRecord): Promise<void> {
      if (current === null) throw damaged(file, 'It holds bytes that belong to no file.')
      await current.handle.writeFile(content)
      current.hash.update(content)
      current.bytes += content.length
    },
    async end(): Promise<void> {
      if (current === null) return
      const { path, handle, hash, bytes } = current
      current = null
      written.set(path, { bytes, sha256: hash.digest('hex') })
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
    compare(expected: End['files']): void {
      const isThere = ({ path, bytes, sha256 }: End['files'][number]) =>
        written.get(path)?.bytes === bytes && written.get(path)?.sha256 === sha256
      if (expected.length !== written.size || !expected.every(isThere)) {
        throw damaged(file, 'Its files are not those that it names at its end.')
      }
    },
  }
  return writer
}

/**
 * A SQLite file counts as a whole, when it takes its place; the commit of a million rows at once would hold up everything
 * else for seconds. A database server has one transaction.
 */
const ROWS_PER_COMMIT = 20_000

interface RowWriter {
  begin(record: BackupRecord): void
  write(record: BackupRecord): Promise<number>
  finish(end: End, report: UnpackOptions['report']): Promise<void>
  close(): Promise<void>
}

async function startRows(file: string, storage: Storage): Promise<RowWriter> {
  const tables = await describeTables(storage.db)
  let tx: ControlledTransaction<Database> | null = await begin(storage.db, tables)
  let current: { readonly table: Table; readonly columns: readonly string[] } | null = null
  let done = 0
  let committed = 0
  return {
    begin(record) {
      const { name, columns } = parseRecord(tableSchema, record, file)
      const table = tables.find((each) => each.name === name)
      const known = new Set(table?.columns.map((column) => column.name))
      if (table === undefined || !columns.every((column) => known.has(column))) {
        throw damaged(file, `It holds a table that its version of the database does not have (${name}).`)
      }
      current = { table, columns }
    },
    async write({ content }) {
      if (current === null || tx === null) throw damaged(file, 'It holds rows that belong to no table.')
      const text = content.toString()
      await writeRows(tx, current.table, current.columns, text)
      done += text.split('\n').length - 1
      if (storage.kind === 'sqlite' && done - committed >= ROWS_PER_COMMIT) {
        await tx.commit().execute()
        tx = await storage.db.startTransaction().execute()
        committed = done
      }
      return done
    },
    async finish(end, report) {
      if (tx === null) return
      await writeSerials(tx, tables, end.serials)
      await compareRows(file, tx, tables, end, report)
      await tx.commit().execute()
      tx = null
    },
    async close() {
      if (tx !== null) await tx.rollback().execute()
      await storage.close()
    },
  }
}

/** What a new database notes down by itself makes room for what the backup has. */
async function begin(
  db: Kysely<Database>,
  tables: readonly Table[],
): Promise<ControlledTransaction<Database>> {
  const tx = await db.startTransaction().execute()
  if (tables.some(({ name }) => name === 'meta')) await tx.deleteFrom('meta').execute()
  return tx
}

/** Reads every table again, in the order of its key, as the backup was read: the digests have to be the same. */
async function compareRows(
  file: string,
  db: Kysely<Database>,
  tables: readonly Table[],
  end: End,
  report: UnpackOptions['report'],
): Promise<void> {
  const empty = createDigest().end()
  for (const [done, table] of tables.entries()) {
    report({ step: 'check', done, total: tables.length })
    const expected = end.tables.find(({ name }) => name === table.name) ?? empty
    const found = await digestTable(db, table)
    if (found.rows !== expected.rows || found.sha256 !== expected.sha256) {
      throw damaged(file, `The rows of the table ${table.name} are not those that it names at its end.`)
    }
  }
}
