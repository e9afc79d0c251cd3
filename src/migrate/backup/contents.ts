import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Database } from '../../storage/schema.ts'
import { encodeRecord, type End, type Head } from './file/records.ts'
import type { OwnFile } from './own-files.ts'
import type { Table } from './tables/describe-tables.ts'
import { createDigest, readRows } from './tables/read-rows.ts'
import { readSerials } from './tables/serials.ts'

export interface Contents {
  readonly dataDir: string
  readonly head: Head
  readonly files: readonly OwnFile[]
  /** Contents that differ from what lies on the disk, by path. */
  readonly instead: ReadonlyMap<string, Buffer>
  readonly tables: readonly Table[]
  /** Inside one frozen state of the database. */
  readonly db: Kysely<Database>
  readonly report: (progress: ContentProgress) => void
}

export interface ContentProgress {
  readonly step: 'files' | 'rows'
  readonly done: number
  readonly total: number
}

/** The records of a backup, in their order. */
export async function* recordsOf(contents: Contents): AsyncGenerator<Buffer> {
  yield encodeRecord('H', JSON.stringify(contents.head))
  const files: End['files'] = []
  for (const file of contents.files) {
    contents.report({ step: 'files', done: files.length, total: contents.files.length })
    yield encodeRecord('F', JSON.stringify({ path: file.path, mode: file.mode }))
    const hash = createHash('sha256')
    let bytes = 0
    for await (const piece of piecesOf(contents, file)) {
      hash.update(piece)
      bytes += piece.length
      yield encodeRecord('D', piece)
    }
    files.push({ path: file.path, bytes, sha256: hash.digest('hex') })
  }
  const tables: End['tables'] = []
  let done = 0
  for (const table of contents.tables) {
    yield encodeRecord(
      'T',
      JSON.stringify({ name: table.name, columns: table.columns.map(({ name }) => name) }),
    )
    const digest = createDigest()
    for await (const page of readRows(contents.db, table)) {
      digest.add(page)
      yield encodeRecord('R', page.text)
      done += page.rows
      contents.report({ step: 'rows', done, total: contents.head.rows })
    }
    tables.push({ name: table.name, ...digest.end() })
  }
  const serials = await readSerials(contents.db, contents.tables)
  yield encodeRecord('Z', JSON.stringify({ files, tables, serials } satisfies End))
}

async function* piecesOf({ dataDir, instead }: Contents, { path }: OwnFile): AsyncGenerator<Buffer> {
  const content = instead.get(path)
  if (content === undefined) yield* createReadStream(join(dataDir, ...path.split('/')))
  else yield content
}
