import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { createFile } from '../../src/config/write-file.ts'
import { createTempDir } from '../support/temp-dir.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await createTempDir('write-file')
  path = join(folder, 'keys.json')
})

test('a created file belongs to its owner alone, and nothing is left beside it', async () => {
  expect(await createFile(path, 'text')).toBe(true)
  expect(await readFile(path, 'utf8')).toBe('text')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['keys.json'])
})

test('a file that is there stays as it is', async () => {
  await writeFile(path, 'first')
  expect(await createFile(path, 'second')).toBe(false)
  expect(await readFile(path, 'utf8')).toBe('first')
  expect(await readdir(folder)).toEqual(['keys.json'])
})

test('of many that create a file at once, one succeeds', async () => {
  const contents = Array.from({ length: 20 }, (_, index) => `content ${index}`)
  const created = await Promise.all(contents.map((content) => createFile(path, content)))
  expect(created.filter((each) => each)).toHaveLength(1)
  expect(await readFile(path, 'utf8')).toBe(contents[created.indexOf(true)])
})

test('a file is never there in part', async () => {
  const content = 'x'.repeat(8 * 1024 * 1024)
  const state = { done: false }
  const creating = createFile(path, content).finally(() => (state.done = true))
  const sizes = new Set<number>()
  while (!state.done) {
    const size = await stat(path).then(
      (found) => found.size,
      () => null,
    )
    if (size !== null) sizes.add(size)
  }
  expect(await creating).toBe(true)
  expect([...sizes, content.length]).toSatisfy((seen: number[]) => new Set(seen).size === 1)
})
