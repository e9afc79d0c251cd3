import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import nacl from 'tweetnacl'
import { beforeEach, describe, expect, it } from 'vitest'
import { openKeyRing } from '../../src/keys/key-ring.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const runtime = createTestRuntime()
let file: string
beforeEach(async () => {
  file = join(await createTempDir('keys'), 'signing-keys.json')
})

const isSigned = (text: string, signature: string, publicKey: string) =>
  nacl.sign.detached.verify(
    Buffer.from(text),
    Buffer.from(signature, 'base64'),
    Buffer.from(publicKey, 'base64'),
  )

describe('the key ring', () => {
  it('begins with a key ed25519:0 in a file that only its owner can read', async () => {
    const ring = await openKeyRing(file, runtime)
    const key = ring.active()
    expect(key.id).toBe('ed25519:0')
    expect(ring.publicKey('ed25519:0')).toBe(key.publicKey)
    expect(isSigned('text', key.sign('text'), key.publicKey)).toBe(true)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('is the same after it was closed and opened again', async () => {
    const first = await openKeyRing(file, runtime)
    const second = await openKeyRing(file, runtime)
    expect(second.active().publicKey).toBe(first.active().publicKey)
    expect(second.derive('purpose', 'input')).toEqual(first.derive('purpose', 'input'))
  })

  it('derives 32 bytes that differ by purpose, input and installation', async () => {
    const ring = await openKeyRing(file, runtime)
    const other = await openKeyRing(`${file}.other`, runtime)
    const derived = [
      ring.derive('a', 'b'),
      ring.derive('a', 'c'),
      ring.derive('c', 'b'),
      other.derive('a', 'b'),
    ].map((bytes) => bytes.toString('hex'))
    expect(new Set(derived).size).toBe(4)
    expect(derived.every((hex) => hex.length === 64)).toBe(true)
  })

  it('signs with a new key after a rotation, while the old one stays valid', async () => {
    const ring = await openKeyRing(file, runtime)
    const old = ring.active()
    const fresh = await ring.rotate()
    expect(fresh.id).toBe('ed25519:1')
    expect(ring.active().publicKey).toBe(fresh.publicKey)
    expect(fresh.publicKey).not.toBe(old.publicKey)
    expect([ring.isValid(old.publicKey), ring.isValid(fresh.publicKey)]).toEqual([true, true])
    expect(ring.publicKey('ed25519:0')).toBe(old.publicKey)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const reopened = await openKeyRing(file, runtime)
    expect(reopened.active().id).toBe('ed25519:1')
    expect(reopened.isValid(old.publicKey)).toBe(true)
  })

  it('keeps what it derives over a rotation, so that codes under way stay right', async () => {
    const ring = await openKeyRing(file, runtime)
    const before = ring.derive('a', 'b')
    await ring.rotate()
    expect(ring.derive('a', 'b')).toEqual(before)
  })

  it('knows its keys in every base64 spelling, and no others', async () => {
    const ring = await openKeyRing(file, runtime)
    const bytes = Buffer.from(ring.active().publicKey, 'base64')
    for (const spelling of [bytes.toString('base64'), bytes.toString('base64url')]) {
      expect(ring.isValid(spelling)).toBe(true)
    }
    for (const other of ['', 'x', 'A'.repeat(43), `${ring.active().publicKey}AAAA`])
      expect(ring.isValid(other)).toBe(false)
    expect(ring.publicKey('ed25519:7')).toBeNull()
  })

  it('skips the ids of keys that were taken over from another server', async () => {
    const ring = await openKeyRing(file, runtime)
    await ring.rotate()
    const content = JSON.parse(await readFile(file, 'utf8')) as { keys: { id: string }[] }
    const [first] = content.keys
    if (first !== undefined) first.id = 'ed25519:2'
    await writeFile(file, JSON.stringify(content))
    expect((await (await openKeyRing(file, runtime)).rotate()).id).toBe('ed25519:3')
  })

  it('is one ring for processes that create it at the same time', async () => {
    const rings = await Promise.all(Array.from({ length: 10 }, () => openKeyRing(file, runtime)))
    expect(new Set(rings.map((ring) => ring.active().publicKey)).size).toBe(1)
  })

  it.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of another version', (text: string) => text.replace('"version": 1', '"version": 2')],
    ['without keys', (text: string) => text.replace(/"keys": \[[^]*\]/, '"keys": []')],
    [
      'with a seed that is no base64',
      (text: string) => text.replace(/"seed": "[^"]*"/, '"seed": "not base64!"'),
    ],
    ['with a seed that is too short', (text: string) => text.replace(/"seed": "[^"]*"/, '"seed": "AAAA"')],
  ])('refuses a file that is %s, and leaves it as it is', async (_what, damage) => {
    await openKeyRing(file, runtime)
    const damaged = damage(await readFile(file, 'utf8'))
    await writeFile(file, damaged)
    await expect(openKeyRing(file, runtime)).rejects.toThrow(/signing-keys\.json/)
    expect(await readFile(file, 'utf8')).toBe(damaged)
  })
})
