import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { runSelfCheckCommand } from '../../src/cli/self-check-command.ts'
import { openStorage } from '../../src/storage/storage.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

let dataDir: string
let printed: string[]
beforeEach(async () => {
  dataDir = await createTempDir('self-check')
  printed = []
})
const selfCheck = () =>
  runSelfCheckCommand([], {
    dataDir,
    json: true,
    env: {},
    out: (line) => void printed.push(line),
    err: (line) => void printed.push(line),
  })
const file = () => join(dataDir, 'signpost.db')
const open = async (migrations?: Parameters<typeof openStorage>[0]['migrations']) =>
  await openStorage(
    { type: 'sqlite', file: file(), ...(migrations === undefined ? {} : { migrations }) },
    createTestRuntime(),
  )

test('a version can start where there is no database yet, and beside a server that runs', async () => {
  expect(await selfCheck()).toBe(0)
  const storage = await open()
  expect(await selfCheck()).toBe(0)
  await storage.close()
  expect(printed).toEqual(['{"ok":true}', '{"ok":true}'])
})

test('a version cannot start on the data of a newer one', async () => {
  const { allMigrations } = await import('../../src/storage/migrations/index.ts')
  const storage = await open([...allMigrations, { number: 9999, name: 'future', up: async () => {} }])
  await storage.close()
  await expect(selfCheck()).rejects.toMatchObject({ code: 'database-newer' })
})

test('a version cannot start with settings that it does not understand', async () => {
  await writeFile(join(dataDir, 'signpost.yaml'), 'matrix: { domian: example.org }\n')
  await expect(selfCheck()).rejects.toMatchObject({ code: 'config-invalid' })
})
