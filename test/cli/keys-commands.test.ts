import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runKeysCommand } from '../../src/cli/keys-commands.ts'
import { openKeyRing } from '../../src/keys/key-ring.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { runIn } from './data-commands.ts'

test('"keys show" says that there are no keys, and makes none', async () => {
  const dataDir = await createTempDir('keys')
  const { code, out } = await runIn(dataDir, runKeysCommand, ['show'])
  expect(code).toBe(0)
  expect(out).toContain(`There are no keys in ${dataDir} yet`)
  expect((await runIn(dataDir, runKeysCommand, ['show'], true)).out.trim()).toBe('[]')
  expect(await readdir(dataDir)).toEqual([])
})

test('"keys show" shows the public halves of the keys', async () => {
  const dataDir = await createTempDir('keys')
  const ring = await openKeyRing(join(dataDir, 'signing-keys.json'), createTestRuntime())
  const { out } = await runIn(dataDir, runKeysCommand, ['show'])
  expect(out.trim()).toBe(`ed25519:0  ${ring.active().publicKey}  signs`)
})

test('"keys rotate" begins with a new key and keeps the old one', async () => {
  const dataDir = await createTempDir('keys')
  const ring = await openKeyRing(join(dataDir, 'signing-keys.json'), createTestRuntime())
  await runIn(dataDir, runKeysCommand, ['rotate'])
  const { out } = await runIn(dataDir, runKeysCommand, ['show'])
  expect(out).toContain(`ed25519:0  ${ring.active().publicKey}  retired`)
  expect(out).toMatch(/^ed25519:1 .* signs$/m)
})

test('a damaged key file is refused with its name and what to do', async () => {
  const dataDir = await createTempDir('keys')
  const file = join(dataDir, 'signing-keys.json')
  await writeFile(file, '')
  await expect(runIn(dataDir, runKeysCommand, ['show'])).rejects.toMatchObject({
    code: 'signing-keys-damaged',
    likelyCause: `${file} is damaged.`,
    fix: 'Restore it from a backup; do not delete it.',
  })
})
