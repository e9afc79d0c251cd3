import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { describeConfig } from '../../../src/config/describe.ts'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'

let appliance: TestAppliance
let admin: AdminClient
beforeEach(async () => {
  ;({ appliance, client: admin } = await startConsole())
})
afterEach(() => appliance.stop())

const file = () => readFile(join(appliance.dataDir, 'signpost.yaml'), 'utf8').catch(() => null)
const put = (...changes: object[]) => admin.put('/api/settings', { summary: 'a test', changes })

interface Settings {
  readonly keys: readonly { readonly path: string }[]
  readonly file: Record<string, unknown>
  readonly all: { readonly lookup: { readonly maxAddresses: number } }
  readonly restartNeeded: readonly string[]
}
const settings = async () => (await admin.get('/api/settings')).body as Settings

test('every key of the schema is there, with the values in force', async () => {
  const { keys, all, file: written } = await settings()
  expect(keys.map(({ path }) => path)).toEqual(describeConfig().map(({ path }) => path))
  expect(all.lookup.maxAddresses).toBe(10_000)
  expect(Object.keys(written)).toContain('server')
})

test('a change is written, is in force at once, and says what waits for a restart', async () => {
  const answer = await put(
    { path: ['lookup', 'maxAddresses'], value: 500 },
    { path: ['matrix', 'domain'], value: 'example.org' },
  )
  expect(answer).toMatchObject({ status: 200, body: { state: 'kept', restartNeeded: ['matrix.domain'] } })
  expect(await file()).toContain('maxAddresses: 500')
  expect(appliance.config.current().lookup.maxAddresses).toBe(500)
  expect((await settings()).restartNeeded).toEqual(['matrix.domain'])
})

test('a key without a value goes back to its default', async () => {
  await put({ path: ['lookup', 'maxAddresses'], value: 500 })
  await put({ path: ['lookup', 'maxAddresses'] })
  expect((await settings()).file).not.toHaveProperty('lookup')
})

test('secrets are sealed on their way in and never come back', async () => {
  const smtp = { host: 'mail.example.org', user: 'u', password: 'canary' }
  expect((await put({ path: ['notifications', 'email', 'smtp'], value: smtp })).status).toBe(200)
  expect(await file()).toContain('sealed: v1:')
  const { text } = await admin.get('/api/settings')
  expect(text).not.toContain('canary')
  expect(text).not.toContain('v1:')
  expect(text).toContain('"password":{"set":true}')
})

test('a value that cannot be used is refused with its key and its fix, and a check tells the same beforehand', async () => {
  const changes = [{ path: ['lookup', 'maxAddresses'], value: 'many' }]
  const { body } = await admin.post('/api/settings/check', { changes })
  const problems = [{ path: 'lookup.maxAddresses', message: expect.any(String), fix: expect.any(String) }]
  expect(body).toEqual({ problems })
  expect(await put(...changes)).toMatchObject({ status: 422, body: { error: { problems } } })
  expect(await file()).not.toContain('maxAddresses')
})
