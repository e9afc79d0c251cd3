import { z } from 'zod'

/*
 * What is inside a backup: records of one byte (their kind), four bytes (their length) and their content.
 *
 *   H  head: JSON             F  a file begins: JSON      T  a table begins: JSON
 *                             D  some of its bytes        R  some of its rows, one JSON array per line
 *   Z  end: JSON, with what has to have come before
 */

export type RecordKind = 'H' | 'F' | 'D' | 'T' | 'R' | 'Z'

export interface BackupRecord {
  readonly kind: RecordKind
  readonly content: Buffer
}

/** Far above any record that is written: rows come in pages. */
const LONGEST = 64 * 1024 * 1024

export function encodeRecord(kind: RecordKind, content: Buffer | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const front = Buffer.alloc(5)
  front.write(kind, 'latin1')
  front.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([front, bytes])
}

/** The records of a backup broke their own rules. */
export class RecordError extends Error {
  override readonly name = 'RecordError'
}

/** Cuts a stream of bytes into its records. Throws `RecordError`. */
export async function* decodeRecords(source: AsyncIterable<Buffer>): AsyncGenerator<BackupRecord> {
  let waiting = Buffer.alloc(0)
  let pieces: Buffer[] = []
  let needed = 5
  let length = 0
  for await (const piece of source) {
    pieces.push(piece)
    length += piece.length
    if (waiting.length + length < needed) continue
    waiting = Buffer.concat([waiting, ...pieces])
    pieces = []
    length = 0
    for (;;) {
      needed = 5 + (waiting.length < 5 ? 0 : lengthOf(waiting))
      if (waiting.length < needed || waiting.length < 5) break
      yield { kind: kindOf(waiting), content: waiting.subarray(5, needed) }
      waiting = waiting.subarray(needed)
    }
  }
  if (waiting.length + length > 0) throw new RecordError('the last record is cut off')
}

function lengthOf(bytes: Buffer): number {
  const length = bytes.readUInt32BE(1)
  if (length > LONGEST) throw new RecordError('a record is longer than any that is written')
  return length
}

function kindOf(bytes: Buffer): RecordKind {
  const kind = bytes.toString('latin1', 0, 1)
  if (kind === 'H' || kind === 'F' || kind === 'D' || kind === 'T' || kind === 'R' || kind === 'Z')
    return kind
  throw new RecordError('a record has a kind that this version does not know')
}

export const headSchema = z.object({
  /** Version of the program that wrote the backup. */
  program: z.string(),
  /** Milliseconds since the epoch: the data is as it was then. */
  createdAt: z.int(),
  domain: z.string(),
  storage: z.enum(['sqlite', 'postgres']),
  /** Number of the newest migration of the database. */
  schema: z.int(),
  /** Rows at the time, for a progress bar; counted before the rows are read. */
  rows: z.int(),
  /** Key ids and unpadded base64 public keys, the one that signs last. */
  publicKeys: z.array(z.object({ id: z.string(), publicKey: z.string() })),
  /** Absolute paths that the configuration names, by key: on another machine they may lead nowhere. */
  paths: z.array(z.object({ key: z.string(), path: z.string() })),
})
export type Head = z.output<typeof headSchema>

/** Path within the data directory, with slashes on every platform. */
export const fileSchema = z.object({ path: z.string().min(1), mode: z.int() })

export const tableSchema = z.object({ name: z.string(), columns: z.array(z.string()).min(1) })

export const endSchema = z.object({
  files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })),
  /** `sha256` is over the rows as they stand in the `R` records. */
  tables: z.array(z.object({ name: z.string(), rows: z.int(), sha256: z.string() })),
  /** The last number that each serial column has given out, by table. */
  serials: z.record(z.string(), z.int()),
})
export type End = z.output<typeof endSchema>
