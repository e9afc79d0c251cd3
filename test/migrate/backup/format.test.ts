import { createDecipheriv, createHmac, hash, hkdfSync, scryptSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHUNK_BYTES, openChunks, sealChunks } from '../../../src/migrate/backup/file/stream.ts'
import { writeBackup } from '../../../src/migrate/backup/write-backup.ts'
import { openStorage } from '../../../src/storage/storage.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { createDataDir, fillDatabase, sourceOf } from './world.ts'

/** Reads a backup by the words of docs/backup.md alone. */
function readByTheBook(bytes: Buffer, password: string): Map<string, Buffer[]> {
  expect(bytes.toString('latin1', 0, 16)).toBe('SIGNPOST-BACKUP\n')
  const headerEnd = 20 + bytes.readUInt32BE(16)
  const header = JSON.parse(bytes.toString('utf8', 20, headerEnd)) as {
    readonly salt: string
    readonly key: { readonly logN: number; readonly r: number; readonly p: number }
  }
  const salt = Buffer.from(header.salt, 'base64')
  const { logN, r, p } = header.key
  const secret = scryptSync(password.normalize('NFC'), salt, 32, { N: 2 ** logN, r, p, maxmem: 2 ** 28 })
  const derive = (info: string) =>
    Buffer.from(hkdfSync('sha256', secret, salt, `signpost backup 1 ${info}`, 32))
  const mac = createHmac('sha256', derive('header')).update(bytes.subarray(0, headerEnd)).digest()
  expect(bytes.subarray(headerEnd, headerEnd + 32)).toEqual(mac)
  const checksum = hash('sha256', bytes.subarray(0, headerEnd + 32), 'buffer').subarray(0, 8)
  expect(bytes.subarray(headerEnd + 32, headerEnd + 40)).toEqual(checksum)
  const plain: Buffer[] = []
  let at = headerEnd + 40
  for (let number = 0; at < bytes.length; number++) {
    const chunk = bytes.subarray(at, at + 65_536 + 16)
    at += chunk.length
    const nonce = Buffer.alloc(12)
    nonce.writeUInt32BE(number, 7)
    nonce[11] = at === bytes.length ? 1 : 0
    const decipher = createDecipheriv('aes-256-gcm', derive('chunks'), nonce)
    decipher.setAuthTag(chunk.subarray(-16))
    plain.push(decipher.update(chunk.subarray(0, -16)), decipher.final())
  }
  const stream = gunzipSync(Buffer.concat(plain))
  const records = new Map<string, Buffer[]>()
  for (let place = 0; place < stream.length;) {
    const kind = stream.toString('latin1', place, place + 1)
    const end = place + 5 + stream.readUInt32BE(place + 1)
    records.set(kind, [...(records.get(kind) ?? []), stream.subarray(place + 5, end)])
    place = end
  }
  return records
}

test('a backup can be read by what docs/backup.md says of its format', async () => {
  const dataDir = await createDataDir()
  const storage = await openStorage(
    { type: 'sqlite', file: join(dataDir, 'signpost.db') },
    createTestRuntime(),
  )
  await fillDatabase(storage, 600)
  const file = join(await createTempDir('backups'), 'a.signpost')
  await writeBackup(await sourceOf(dataDir, storage), file, { password: 'Grüße' })
  await storage.close()
  const records = readByTheBook(await readFile(file), 'Grüße')
  const rows = (records.get('R') ?? []).flatMap((page) => page.toString().split('\n'))
  expect(rows.filter((line) => line.startsWith('["email","person-'))).toHaveLength(600)
  expect(records.get('H')?.map(String)[0]).toContain('"domain":"example.org"')
  expect(Buffer.concat(records.get('D') ?? []).includes('Grüße aus der Schule')).toBe(true)
  const [end] = records.get('Z') ?? []
  expect(JSON.parse(String(end))).toMatchObject({ tables: expect.any(Array), files: expect.any(Array) })
})

describe('sealed chunks', () => {
  const key = Buffer.alloc(32, 1)
  async function* asPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const gather = async (source: AsyncIterable<Buffer>) => {
    const pieces = []
    for await (const piece of source) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  test('come back as they were, of any length and in any pieces', async () => {
    const lengths = fc.oneof(
      fc.nat(300_000),
      fc.constantFrom(0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES),
    )
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 500, max: 200_000 }), async (length, size) => {
        const plain = Buffer.alloc(length, 'signpost')
        const sealed = await gather(sealChunks(asPieces(plain, size), key))
        expect(sealed.length).toBe(length + 16 * Math.max(1, Math.ceil(length / CHUNK_BYTES)))
        expect((await gather(openChunks(asPieces(sealed, size), key))).equals(plain)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('do not open when they end at the border of a chunk, or go on after the last one', async () => {
    const sealed = await gather(sealChunks(asPieces(Buffer.alloc(2 * CHUNK_BYTES, 7), 1_000), key))
    const first = sealed.subarray(0, CHUNK_BYTES + 16)
    for (const changed of [
      first,
      Buffer.alloc(0),
      Buffer.concat([sealed, first]),
      Buffer.concat([first, first]),
    ]) {
      await expect(gather(openChunks(asPieces(changed, 1_000), key))).rejects.toThrow(/chunk/)
    }
  })
})
