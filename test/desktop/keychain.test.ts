import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SafeStorage } from 'electron'
import { beforeEach, describe, expect, it } from 'vitest'
import { openSealingKey } from '../../electron/sealing-key.ts'
import { keptInKeychain } from '../../src/config/sealing.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createSafeStorage, type Keychain } from './stand-in/safe-storage.ts'

let dataDir: string
let vaultFile: string
beforeEach(async () => {
  dataDir = await createTempDir('keychain')
  vaultFile = join(dataDir, 'sealing-key.json')
})

const real = (): Keychain => ({ backend: 'gnome_libsecret', secret: 'of this user' })
const none = (): Keychain => ({ backend: null, secret: '' })
const open = (keychain: Keychain, platform: NodeJS.Platform = 'linux') =>
  openSealingKey({ safeStorage: createSafeStorage(keychain) as SafeStorage, platform, dataDir, vaultFile })
const keyFile = () => join(dataDir, 'sealing.key')
const someKey = Buffer.alloc(32, 9).toString('base64')
const putKeyFile = (text = `${someKey}\n`) => writeFile(keyFile(), text, { mode: 0o600 })

describe('With a keychain', () => {
  it('a new key lies there alone, and a mark stands in the place of the file', async () => {
    const { key, note } = await open(real())
    expect(note).toBeNull()
    expect(Buffer.from(key ?? '', 'base64')).toHaveLength(32)
    expect(await readFile(keyFile(), 'utf8')).toBe(keptInKeychain)
    expect(await readFile(vaultFile, 'utf8')).not.toContain(key)
    expect((await stat(vaultFile)).mode & 0o077).toBe(0)
    expect(await open(real())).toEqual({ key, note: null })
  })

  it('the key of a file moves in', async () => {
    await putKeyFile()
    expect(await open(real())).toEqual({ key: someKey, note: null })
    expect(await readFile(keyFile(), 'utf8')).toBe(keptInKeychain)
  })

  it('the key of a restored backup counts, not the one of before', async () => {
    const { key } = await open(real())
    expect(key).not.toBe(someKey)
    await rm(keyFile())
    await putKeyFile()
    expect((await open(real())).key).toBe(someKey)
    expect((await open(real())).key).toBe(someKey)
  })

  it('the key moves on to another keychain that opens it, such as after a change of the desktop', async () => {
    const keychain = real()
    const { key } = await open(keychain)
    keychain.backend = 'kwallet6'
    expect((await open(keychain)).key).toBe(key)
    expect(JSON.parse(await readFile(vaultFile, 'utf8'))).toMatchObject({ backend: 'kwallet6' })
  })

  it('a key that another keychain holds is not replaced by a new one', async () => {
    await open(real())
    const vault = await readFile(vaultFile, 'utf8')
    await expect(open({ backend: 'kwallet6', secret: 'of somebody else' })).rejects.toMatchObject({
      code: 'sealing-key-elsewhere',
      fix: expect.stringContaining('unlock'),
    })
    expect(await readFile(vaultFile, 'utf8')).toBe(vault)
  })

  it('a damaged copy is not replaced by a new key', async () => {
    await open(real())
    await writeFile(vaultFile, '{')
    await expect(open(real())).rejects.toMatchObject({ code: 'sealing-key-invalid' })
  })
})

describe('Without a keychain', () => {
  it('the server keeps its file, and the person is told', async () => {
    const { key, note } = await open(none())
    expect(key).toBeNull()
    expect(note).toContain('sealing.key')
  })

  it('a fixed password of the program does not count as one', async () => {
    expect((await open({ backend: 'basic_text', secret: 'peanuts' })).key).toBeNull()
  })

  it('a key that can still be read moves back into the file', async () => {
    const keychain = real()
    const { key } = await open(keychain)
    keychain.backend = 'basic_text'
    expect(await open(keychain)).toMatchObject({ key: null, note: expect.any(String) })
    expect((await readFile(keyFile(), 'utf8')).trim()).toBe(key)
    expect((await stat(keyFile())).mode & 0o077).toBe(0)
    await expect(stat(vaultFile)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('a key that nobody gives out any more ends the start, with what to do', async () => {
    await open(real())
    await expect(open(none())).rejects.toMatchObject({ code: 'sealing-key-elsewhere' })
  })
})

it('Windows and macOS always have their keychain', async () => {
  expect((await open({ backend: 'basic_text', secret: 'x' }, 'darwin')).note).toBeNull()
})
