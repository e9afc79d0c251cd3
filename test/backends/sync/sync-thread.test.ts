import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backendSections } from '../../../src/backends/sections.ts'
import { readSyncState } from '../../../src/backends/sync/state.ts'
import { syncInThread, type SyncOrder } from '../../../src/backends/sync/sync-thread.ts'
import { currentMapping } from '../../../src/lookup/mappings.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { startHttpPeer } from '../../support/http-peer.ts'
import { describeWith } from '../../support/skip.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { startExampleServer, type ExampleServer } from '../rest/example-server.ts'
import { writePeopleFile } from '../support/example-people.ts'

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `a sync in a thread, on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    let server: ExampleServer
    beforeAll(async () => {
      database = await create()
      storage = await database.open(runtime)
      server = await startExampleServer(await writePeopleFile())
    })
    afterAll(async () => {
      await server.stop()
      await database.dispose()
    })

    const order = (url: string): SyncOrder => ({
      storage: database.options,
      config: backendSections.parse({
        ...{ id: 'web', type: 'rest', url },
        endpoints: { list: '/_signpost/backend/v1/list' },
      }),
      world: {
        domain: 'example.org',
        dataDir: '/nonexistent',
        dnsServers: [],
        authorities: [],
        env: {},
        sealingKey: randomBytes(32),
      },
      full: false,
      acceptRemovals: false,
    })

    test('mirrors a real directory into the database of the server', async () => {
      const outcome = await syncInThread(order(server.url), runtime.log, AbortSignal.timeout(20_000))
      expect(outcome).toMatchObject({ ok: true, result: { people: 4, added: 4 } })
      const anna = { medium: 'email', address: 'anna@school.example' } as const
      expect((await currentMapping(storage.db, anna, ['web'], 1))?.mxid).toBe('@anna:example.org')
    })

    test('reports a directory that is down, through the log of the process', async () => {
      const lines: string[] = []
      const log = {
        ...runtime.log,
        warn: (fields: object, message: string) => void lines.push(message + JSON.stringify(fields)),
      }
      const peer = await startHttpPeer()
      await peer.close()
      const outcome = await syncInThread(
        order(`http://127.0.0.1:${peer.port}`),
        log,
        AbortSignal.timeout(20_000),
      )
      expect(outcome).toMatchObject({ ok: false, failure: { code: 'connect' } })
      expect(lines).toEqual([expect.stringContaining('could not be synced')])
      expect(await readSyncState(storage.db, 'web')).toMatchObject({ failures: 1, people: 4 })
    })

    test('ends when it is told to, also while the directory keeps it waiting', async () => {
      const peer = await startHttpPeer({ handler: () => {} })
      const stop = new AbortController()
      const running = syncInThread(order(`http://127.0.0.1:${peer.port}`), runtime.log, stop.signal)
      await expect.poll(() => peer.seen.length, { timeout: 10_000 }).toBe(1)
      stop.abort()
      expect(await running).toMatchObject({ ok: false })
      await peer.close()
    })
  })
}

describe('a sync thread', () => {
  test('that cannot even open the database fails loudly', async () => {
    const settings = {
      storage: { type: 'sqlite', file: '/nonexistent/signpost.db' },
      config: backendSections.parse({ id: 'web', type: 'rest', url: 'http://127.0.0.1:1' }),
      world: {
        ...{ domain: 'example.org', dataDir: '/nonexistent', dnsServers: [], authorities: [], env: {} },
        sealingKey: randomBytes(32),
      },
      full: false,
      acceptRemovals: false,
    } as const
    const running = syncInThread(settings, createTestRuntime().log, AbortSignal.timeout(20_000))
    await expect(running).rejects.toThrow(/nonexistent/)
  })
})
