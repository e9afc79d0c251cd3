import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadKeyFile } from '../../../src/keys/key-file.ts'
import { checkKeyBelongs } from '../../../src/keys/key-guard.ts'
import { openKeyRing } from '../../../src/keys/key-ring.ts'
import { mergeKeys } from '../../../src/migrate/import/keys.ts'
import { readKeyStore } from '../../../src/migrate/import/mxisd/key-store.ts'
import { readSydentKey } from '../../../src/migrate/import/sydent/signing-key.ts'
import { encodeBase64 } from '../../../src/matrix/base64.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { createTarget } from './support/import-world.ts'
import { createSydent, sydentKey } from './support/sydent-fixture.ts'

const runtime = createTestRuntime()
const seed = (byte: number) => Buffer.alloc(32, byte)
const imported = {
  current: { id: 'ed25519:0', seed: seed(1) },
  others: [{ id: 'ed25519:old-1', seed: seed(2) }],
}

describe('keys of another server', () => {
  it('sign, and are published, under their own names', () => {
    const { file, outcomes } = mergeKeys(null, imported, runtime)
    expect(file?.keys.map(({ id, retiredAt }) => [id, retiredAt !== null])).toEqual([
      ['ed25519:old-1', true],
      ['ed25519:0', false],
    ])
    expect(outcomes.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['ed25519:old-1', 'published'],
      ['ed25519:0', 'signs'],
    ])
  })

  it('change nothing the second time, even after Signpost has made a newer one', async () => {
    const path = join(await createTempDir('keys'), 'signing-keys.json')
    const { file } = mergeKeys(null, imported, runtime)
    await writeFile(path, JSON.stringify(file), { mode: 0o600 })
    const ring = await openKeyRing(path, runtime)
    await ring.rotate()
    const again = mergeKeys(await loadKeyFile(path, runtime), imported, runtime)
    expect(again.file).toBeNull()
    expect(again.outcomes.map(({ outcome }) => outcome)).toEqual(['there', 'there'])
  })

  it("take the name of Signpost's own key, which stays valid under another", async () => {
    const target = await createTarget()
    const path = join(target.dataDir, 'signing-keys.json')
    const own = (await openKeyRing(path, runtime)).active()
    await checkKeyBelongs(target.storage, await openKeyRing(path, runtime), path)
    const sydent = await createSydent('sqlite', await createTempDir('keys'))
    const { keys, restartNeeded } = await target.run({ kind: 'sydent', path: sydent.path })
    expect(keys.map(({ outcome }) => outcome)).toEqual(['renamed', 'signs'])
    expect(restartNeeded).toBe(true)
    const ring = await openKeyRing(path, runtime)
    await checkKeyBelongs(target.storage, ring, path)
    expect(ring.active().publicKey).toBe(sydentKey.publicKey)
    expect(ring.isValid(own.publicKey)).toBe(true)
    await target.storage.close()
  })
})

describe('a key store of mxisd', () => {
  it('of an old version is one file, whose key is called 0', async () => {
    const path = join(await createTempDir('keys'), 'sign.key')
    await writeFile(path, `\n${encodeBase64(seed(3))}\n`)
    expect((await readKeyStore(path)).current).toEqual({ id: 'ed25519:0', seed: seed(3) })
  })

  it.each(['', 'not base64 at all!', encodeBase64(Buffer.alloc(31))])(
    'that holds %j is refused',
    async (text) => {
      const path = join(await createTempDir('keys'), 'sign.key')
      await writeFile(path, text)
      await expect(readKeyStore(path)).rejects.toMatchObject({ code: 'input-unreadable' })
    },
  )

  it('without a current key has its first one, and reads nothing outside of itself', async () => {
    const path = await createTempDir('keys')
    await mkdir(join(path, 'regular/ed25519'), { recursive: true })
    for (const name of ['b', 'a'])
      await writeFile(join(path, 'regular/ed25519', name), JSON.stringify({ key: encodeBase64(seed(4)) }))
    const store = await readKeyStore(path)
    expect(store.current.id).toBe('ed25519:a')
    await writeFile(join(path, 'secret'), JSON.stringify({ key: encodeBase64(seed(5)) }))
    expect(await store.ephemeral('../../secret')).toBeNull()
  })
})

describe('the key of Sydent', () => {
  it.each([
    [`ed25519 a_1 ${encodeBase64(seed(6))}`, 'ed25519:a_1'],
    [seed(6).toString('hex'), 'ed25519:0'],
  ])('is read from %s', (text, id) => {
    expect(readSydentKey(text)?.current).toEqual({ id, seed: seed(6) })
  })

  it.each([undefined, '', 'ed25519', 'ed25519 0 short', 'rsa 0 x', `ed25519 a/b ${encodeBase64(seed(6))}`])(
    'is not made up from %j',
    (text) => expect(readSydentKey(text)).toBeNull(),
  )
})
