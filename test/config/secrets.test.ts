import { createDecipheriv, randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../src/config/operator-error.ts'
import { createSealer, loadSealingKey, UnsealError } from '../../src/config/sealing.ts'
import { createSecretReader } from '../../src/config/secrets.ts'
import { createTempDir } from '../support/temp-dir.ts'

const random = { bytes: (count: number) => randomBytes(count) }
const posix = process.platform !== 'win32'

describe('a sealer', () => {
  test('opens what it sealed', () => {
    const sealer = createSealer(randomBytes(32), random)
    for (const text of ['hunter2', '', 'Grüße ✉', 'a'.repeat(10_000)]) {
      expect(sealer.unseal(sealer.seal(text))).toBe(text)
    }
  })

  test('never seals a text the same way twice', () => {
    const sealer = createSealer(randomBytes(32), random)
    expect(sealer.seal('hunter2')).not.toBe(sealer.seal('hunter2'))
  })

  test('writes nonce, AES-256-GCM ciphertext and tag after the version', () => {
    const key = randomBytes(32)
    const sealed = createSealer(key, random).seal('hunter2')
    expect(sealed).toMatch(/^v1:/)
    const bytes = Buffer.from(sealed.slice(3), 'base64')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    decipher.setAAD(Buffer.from('v1:')).setAuthTag(bytes.subarray(-16))
    expect(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')).toBe(
      'hunter2',
    )
  })

  test('refuses a sealed value with any one bit flipped', () => {
    const sealer = createSealer(randomBytes(32), random)
    const bytes = Buffer.from(sealer.seal('hunter2').slice(3), 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => sealer.unseal(`v1:${changed.toString('base64')}`)).toThrow(UnsealError)
    }
  })

  test('refuses a cut value, another version, plain text and another key', () => {
    const sealer = createSealer(randomBytes(32), random)
    const sealed = sealer.seal('hunter2')
    for (const text of [sealed.slice(0, -4), sealed.replace('v1', 'v2'), 'v1:', 'v1:AAAA', 'hunter2', '']) {
      expect(() => sealer.unseal(text)).toThrow(UnsealError)
    }
    expect(() => createSealer(randomBytes(32), random).unseal(sealed)).toThrow(UnsealError)
  })
})

describe('loadSealingKey', () => {
  test('makes a key that only its owner can read, and keeps it', async () => {
    const dataDir = await createTempDir()
    const key = await loadSealingKey(dataDir, random)
    expect(key).toHaveLength(32)
    expect(await loadSealingKey(dataDir, random)).toEqual(key)
    expect(await readdir(dataDir)).toEqual(['sealing.key'])
    if (posix) expect((await stat(join(dataDir, 'sealing.key'))).mode & 0o777).toBe(0o600)
  })

  test('gives all of several concurrent first starts the same key', async () => {
    const dataDir = await createTempDir()
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadSealingKey(dataDir, random)))
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
    expect(await readdir(dataDir)).toEqual(['sealing.key'])
  })

  test.runIf(posix).each([0o640, 0o604, 0o660])(
    'refuses a key file of mode %o, with the command to run',
    async (mode) => {
      const dataDir = await createTempDir()
      const path = join(dataDir, 'sealing.key')
      await loadSealingKey(dataDir, random)
      await chmod(path, mode)
      await expect(loadSealingKey(dataDir, random)).rejects.toMatchObject({
        code: 'sealing-key-exposed',
        fix: expect.stringContaining(`chmod 600 '${path}'`),
      })
    },
  )

  test.each(['', 'short', 'A'.repeat(43)])(
    'refuses a damaged key file and leaves it alone: %j',
    async (content) => {
      const dataDir = await createTempDir()
      await writeFile(join(dataDir, 'sealing.key'), content, { mode: 0o600 })
      await expect(loadSealingKey(dataDir, random)).rejects.toMatchObject({ code: 'sealing-key-invalid' })
      expect(await readFile(join(dataDir, 'sealing.key'), 'utf8')).toBe(content)
    },
  )

  test('names the data directory when it is not there', async () => {
    const dataDir = join(await createTempDir(), 'missing')
    await expect(loadSealingKey(dataDir, random)).rejects.toMatchObject({
      code: 'data-dir-not-writable',
      fix: expect.stringContaining(dataDir),
    })
  })
})

describe('a secret reader', () => {
  const sealer = createSealer(randomBytes(32), random)
  const name = 'notifications.email.smtp.password'

  async function setUp(env: Record<string, string | undefined> = {}) {
    const dataDir = await createTempDir()
    return { dataDir, reader: createSecretReader({ dataDir, env, sealer }) }
  }

  test('takes a plain value as it is', async () => {
    const { reader } = await setUp()
    expect(await reader.read(' hunter2\n', name)).toBe(' hunter2\n')
  })

  test.each([
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2', 'hunter2'],
    [' hunter 2 \n\n', ' hunter 2 \n'],
  ])('reads a file without the newline at its end: %j', async (content, expected) => {
    const { dataDir, reader } = await setUp()
    await writeFile(join(dataDir, 'password.txt'), content)
    expect(await reader.read({ file: 'password.txt' }, name)).toBe(expected)
    expect(await reader.read({ file: join(dataDir, 'password.txt') }, name)).toBe(expected)
  })

  test('reads a file afresh at each call', async () => {
    const { dataDir, reader } = await setUp()
    await writeFile(join(dataDir, 'a'), 'one')
    await reader.read({ file: 'a' }, name)
    await writeFile(join(dataDir, 'a'), 'two')
    expect(await reader.read({ file: 'a' }, name)).toBe('two')
  })

  test('reads an environment variable and a sealed value', async () => {
    const { reader } = await setUp({ SMTP_PASSWORD: 'hunter2' })
    expect(await reader.read({ env: 'SMTP_PASSWORD' }, name)).toBe('hunter2')
    expect(await reader.read({ sealed: sealer.seal('hunter2') }, name)).toBe('hunter2')
  })

  test.each([
    ['a missing file', { file: 'nowhere' }, 'secret-missing', 'does not exist'],
    ['an empty file', { file: 'empty' }, 'secret-missing', 'is empty'],
    ['a file that holds a newline only', { file: 'newline' }, 'secret-missing', 'is empty'],
    ['a folder', { file: 'folder' }, 'secret-missing', 'is a folder'],
    ['a missing variable', { env: 'NOWHERE' }, 'secret-missing', 'NOWHERE is not set'],
    ['an empty variable', { env: 'EMPTY' }, 'secret-missing', 'EMPTY is empty'],
    ['a foreign sealed value', { sealed: 'v1:AAAA' }, 'secret-unsealable', 'another installation'],
  ])('names key and cause for %s', async (_what, source, code, cause) => {
    const { dataDir, reader } = await setUp({ EMPTY: '' })
    await writeFile(join(dataDir, 'empty'), '')
    await writeFile(join(dataDir, 'newline'), '\n')
    await mkdir(join(dataDir, 'folder'))
    const error: unknown = await reader.read(source, name).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(OperatorError)
    expect(error).toMatchObject({
      code,
      tried: `read the secret ${name}`,
      likelyCause: expect.stringContaining(cause),
    })
  })
})
