import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keptInKeychain } from '../../../src/config/sealing.ts'
import { createApiClient } from '../../support/api-client.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { startServerProcess, writeTestConfig, type ServerProcess } from './server-process.ts'

let dataDir: string
let server: ServerProcess
beforeEach(async () => {
  dataDir = await createTempDir('bridge')
  await writeTestConfig(dataDir)
  server = startServerProcess(dataDir)
})
afterEach(async () => {
  server.child.kill('SIGKILL')
  await server.end()
})

const useFile = { type: 'sealing-key', key: null } as const
const invitation = { medium: 'email', address: 'a@example.com', room_id: '!r:x.org', sender: '@s:localhost' }

test('a server waits for the word about the key before it opens anything', async () => {
  const { code } = (await readFile(join(dataDir, 'signpost.db')).catch(
    (error: NodeJS.ErrnoException) => error,
  )) as NodeJS.ErrnoException
  expect(code).toBe('ENOENT')
  server.send(useFile)
  const { adminAddress } = await server.next('ready')
  expect((await createApiClient(adminAddress).get('/health')).status).toBe(200)
  expect(server.received[0]?.type).toBe('ready')
})

test('a key that the shell brings is used, and never written to the disk', async () => {
  const key = Buffer.alloc(32, 7).toString('base64')
  server.send({ type: 'sealing-key', key })
  await server.next('ready')
  const found = await readFile(join(dataDir, 'sealing.key'), 'utf8').catch(() => null)
  expect(found).toBeNull()
})

test('without a key, a mark in the place of the key file ends the start and says where the key is', async () => {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(join(dataDir, 'sealing.key'), keptInKeychain, { mode: 0o600 })
  server.send(useFile)
  const failed = await server.next('failed')
  expect(failed).toMatchObject({ code: 'sealing-key-elsewhere' })
  expect(failed.likelyCause).toContain('keychain')
  expect(await server.end()).toBe(2)
})

describe('with a running server', () => {
  beforeEach(async () => {
    server.send(useFile)
    await server.next('ready')
  })
  const api = async () => createApiClient((await server.next('ready')).publicAddress)

  test('lookups and invitations change the numbers', async () => {
    expect(await server.next('numbers')).toMatchObject({ lookupsToday: 0, pendingInvitations: 0 })
    await (await api()).get('/api/v1/lookup?medium=email&address=a@example.com')
    await server.next('numbers', ({ lookupsToday }) => lookupsToday === 1)
    await (await api()).post('/api/v1/store-invite', { json: invitation })
    await server.next('numbers', ({ pendingInvitations }) => pendingInvitations === 1)
    await server.next('numbers', ({ state }) => state === 'ok')
  })

  test('the count of the day survives a stop', async () => {
    await (await api()).get('/api/v1/lookup?medium=email&address=a@example.com')
    await server.next('numbers', ({ lookupsToday }) => lookupsToday === 1)
    server.send({ type: 'stop' })
    expect(await server.end()).toBe(0)
    server = startServerProcess(dataDir)
    server.send(useFile)
    expect(await server.next('numbers')).toMatchObject({ lookupsToday: 1 })
  })

  test('a request for a link is answered with a URL of the admin listener, under its own id', async () => {
    const { adminAddress } = await server.next('ready')
    server.send({ type: 'one-time-link', id: 41 })
    server.send({ type: 'reset-password', id: 42 })
    for (const wanted of [41, 42]) {
      const { link } = await server.next('answer', ({ id }) => id === wanted)
      expect(link === null ? null : new URL(link).origin).toBe(adminAddress)
    }
  })

  test('a pause of federation shows in the numbers, and ends when told', async () => {
    const until = Date.now() + 600_000
    server.send({ type: 'pause-federation', until })
    expect(
      await server.next('numbers', ({ federationPausedUntil }) => federationPausedUntil === until),
    ).toMatchObject({ state: 'ok' })
    server.send({ type: 'pause-federation', until: null })
    await server.next('numbers', ({ federationPausedUntil }) => federationPausedUntil === null)
  })

  test('messages that are none are passed over', async () => {
    server.child.send({ type: 'stop now' })
    server.child.send('stop')
    server.child.send({ type: 'one-time-link' })
    server.send({ type: 'one-time-link', id: 1 })
    await server.next('answer')
    expect(server.child.exitCode).toBeNull()
  })

  test('a shell that goes away takes the server with it, in order', async () => {
    server.child.disconnect()
    expect(await server.end()).toBe(0)
  })
})
