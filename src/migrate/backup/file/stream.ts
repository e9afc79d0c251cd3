import { createCipheriv, createDecipheriv } from 'node:crypto'

/*
 * The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its
 * Nonce-Reuse Misuse-Resistance", 2015), laid out as in age (https://c2sp.org/age): chunks of 64 KiB, each sealed with
 * AES-256-GCM; the nonce is the number of the chunk and a byte that is 1 for the last one. So chunks cannot be changed,
 * swapped, repeated or cut off at the end. Each file has a key of its own, so that no nonce is used twice under one key.
 */

export const CHUNK_BYTES = 65_536
const TAG_BYTES = 16

/** The sealed chunks are damaged, or the last ones are missing. */
export class ChunkError extends Error {
  override readonly name = 'ChunkError'
}

/** Seals a stream of bytes of any length, in chunks. */
export async function* sealChunks(plain: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer> {
  let number = 0
  for await (const { bytes, isLast } of chunksOf(plain, CHUNK_BYTES)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number++, isLast), {
      authTagLength: TAG_BYTES,
    })
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  }
}

/** The inverse of `sealChunks`. Throws `ChunkError`; what came before the damage has been handed out by then. */
export async function* openChunks(sealed: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer> {
  let number = 0
  for await (const { bytes, isLast } of chunksOf(sealed, CHUNK_BYTES + TAG_BYTES)) {
    if (bytes.length < TAG_BYTES) throw new ChunkError('a chunk is cut off')
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number++, isLast), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const plain = decipher.update(bytes.subarray(0, -TAG_BYTES))
    try {
      decipher.final()
    } catch (cause) {
      throw new ChunkError(`chunk ${number} does not open`, { cause })
    }
    yield plain
  }
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(number, 5, 6)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

/** Pieces of exactly `size` bytes; the last one may be shorter, and is there even when it is empty. */
async function* chunksOf(
  source: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  let waiting: Buffer[] = []
  let length = 0
  for await (const piece of source) {
    waiting.push(piece)
    length += piece.length
    if (length <= size) continue
    let rest = Buffer.concat(waiting)
    // One byte more has to be there: only then is this chunk not the last.
    while (rest.length > size) {
      yield { bytes: rest.subarray(0, size), isLast: false }
      rest = rest.subarray(size)
    }
    waiting = [rest]
    length = rest.length
  }
  yield { bytes: Buffer.concat(waiting), isLast: true }
}
