import { hash } from 'node:crypto'
import { z } from 'zod'
import { damaged, newer, notABackup } from '../errors.ts'

/*
 * The clear part at the front of a backup: the magic, the length of the header, the header (JSON), the HMAC of all this,
 * and eight bytes of the SHA-256 of all this. `docs/backup.md` has the whole format. The checksum tells damage from a
 * wrong password; only the HMAC protects.
 */

const magic = Buffer.from('SIGNPOST-BACKUP\n', 'latin1')
export const FORMAT = 1

const LENGTH_BYTES = 4
const CHECKSUM_BYTES = 8
const MAC_BYTES = 32
const LONGEST_HEADER = 4096

/** Upper bounds keep a crafted file from taking all memory or hours: they are read before anything is authenticated. */
const headerSchema = z.object({
  format: z.literal(FORMAT),
  program: z.string().max(40),
  /** 32 random bytes in base64: makes the key of this file unlike that of any other. */
  salt: z.base64().length(44),
  key: z.discriminatedUnion('from', [
    z.object({
      from: z.literal('password'),
      kdf: z.literal('scrypt'),
      logN: z.int().min(10).max(20),
      r: z.literal(8),
      p: z.int().min(1).max(4),
    }),
    z.object({ from: z.literal('keyFile') }),
  ]),
})

export type Header = z.output<typeof headerSchema>

/** Whether a file that begins like this can be a backup: its first 16 bytes tell. */
export const beginsLikeBackup = (start: Uint8Array): boolean =>
  magic.equals(Buffer.from(start).subarray(0, magic.length))

/** What the HMAC is over. */
export function encodeHeader(header: Header): Buffer {
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(json.length)
  return Buffer.concat([magic, length, json])
}

/** The whole front of a file. */
export function encodeFront(header: Buffer, mac: Buffer): Buffer {
  return Buffer.concat([header, mac, checksumOf(Buffer.concat([header, mac]))])
}

const checksumOf = (bytes: Buffer) => hash('sha256', bytes, 'buffer').subarray(0, CHECKSUM_BYTES)

export interface ReadHeader {
  readonly header: Header
  /** As it stands in the file: what the HMAC is over. */
  readonly bytes: Buffer
  readonly mac: Buffer
  /** Where the sealed chunks begin. */
  readonly end: number
}

/** Longest possible front of a file: reading so much is enough for `decodeHeader`. */
export const FRONT_BYTES = magic.length + LENGTH_BYTES + LONGEST_HEADER + MAC_BYTES + CHECKSUM_BYTES

/** Reads the front of a file. Throws `backup-foreign`, `backup-damaged`, `backup-newer`. */
export function decodeHeader(front: Buffer, file: string): ReadHeader {
  const start = magic.length + LENGTH_BYTES
  if (!front.subarray(0, magic.length).equals(magic)) throw notABackup(file)
  const length = front.length < start ? Infinity : front.readUInt32BE(magic.length)
  const macAt = start + length
  const end = macAt + MAC_BYTES + CHECKSUM_BYTES
  if (length > LONGEST_HEADER || front.length < end) throw damaged(file, 'Its header is damaged or cut off.')
  const checked = front.subarray(0, macAt + MAC_BYTES)
  if (!checksumOf(checked).equals(front.subarray(checked.length, end))) {
    throw damaged(file, 'Its header was changed after it was written.')
  }
  const bytes = front.subarray(0, macAt)
  return { header: parse(bytes.subarray(start).toString(), file), bytes, mac: checked.subarray(macAt), end }
}

const anyFormat = z.object({ format: z.int(), program: z.string().max(40) })

/** The checksum has passed, so that what this program cannot read is another format and no damage. */
function parse(json: string, file: string): Header {
  const value: unknown = JSON.parse(json)
  const known = headerSchema.safeParse(value)
  if (known.success) return known.data
  const other = anyFormat.safeParse(value)
  if (other.success && other.data.format > FORMAT) throw newer(file, other.data.program)
  throw damaged(file, 'Its header holds values that no Signpost has written.')
}
