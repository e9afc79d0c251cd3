import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backendSections, type BackendConfig } from '../../../src/backends/sections.ts'
import { createSyncScheduler, nextSyncAt, type SyncScheduler } from '../../../src/backends/sync/scheduler.ts'
import { runSync } from '../../../src/backends/sync/run-sync.ts'
import { mirroredSources, type SyncState } from '../../../src/backends/sync/state.ts'
import { currentMapping } from '../../../src/lookup/mappings.ts'
import { acquireLease } from '../../../src/storage/leases.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { systemClock } from '../../../src/system.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { createStubDirectory, stubPerson } from '../support/stub-directory.ts'

const [sqlite] = databases()

describe('the rhythm of syncs', () => {
  const runtime = { ...createTestRuntime(), clock: systemClock }
  let database: TestDatabase
  let storage: Storage
  let runs: string[]
  let atOnce: number
  let mostAtOnce: number
  let changed: number
  let schedulers: SyncScheduler[]
  beforeEach(async () => {
    if (sqlite === undefined) throw new Error('there is no SQLite')
    database = await sqlite.create()
    storage = await database.open(runtime)
    runs = []
    atOnce = 0
    mostAtOnce = 0
    changed = 0
    schedulers = []
  })
  afterEach(async () => {
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()))
    await database.dispose()
  })

  const backend = (id: string): BackendConfig =>
    backendSections.parse({ id, type: 'rest', url: 'http://127.0.0.1:1', endpoints: { list: '/list' } })

  function scheduler(ids: readonly string[], processId = 'me'): SyncScheduler {
    const created = createSyncScheduler({
      ...{ storage, runtime, processId, backends: ids.map(backend) },
      async sync(config, order, signal) {
        runs.push(config.id)
        atOnce += 1
        mostAtOnce = Math.max(mostAtOnce, atOnce)
        const directory = createStubDirectory([stubPerson(config.id, `${config.id}@x.example`)])
        const outcome = await runSync({
          ...order,
          storage,
          runtime,
          backend: directory,
          config,
          domain: 'example.org',
          signal,
        })
        atOnce -= 1
        return outcome
      },
      changed: async () => void (changed += 1),
    })
    schedulers.push(created)
    return created
  }

  const ownerOf = async (id: string) =>
    (await currentMapping(storage.db, { medium: 'email', address: `${id}@x.example` }, [id], 1))?.mxid

  test('syncs every directory at the start, one at a time, and tells when something changed', async () => {
    scheduler(['one', 'two', 'three']).start()
    await expect.poll(() => changed, { timeout: 10_000 }).toBe(3)
    expect(runs.toSorted()).toEqual(['one', 'three', 'two'])
    expect(mostAtOnce).toBe(1)
    expect(await ownerOf('two')).toBe('@two:example.org')
  })

  test('does not sync again at a restart what was synced a moment ago', async () => {
    await scheduler(['one']).syncNow('one', { full: false, acceptRemovals: false })
    scheduler(['one', 'two']).start()
    await expect.poll(() => runs, { timeout: 10_000 }).toEqual(['one', 'two'])
    expect(runs).toEqual(['one', 'two'])
  })

  test('syncs now when somebody asks, and tells of nothing when nothing changed', async () => {
    const syncs = scheduler(['one'])
    const now = { full: false, acceptRemovals: false }
    expect(await syncs.syncNow('one', now)).toMatchObject({ ok: true, result: { added: 1 } })
    expect(await syncs.syncNow('one', now)).toMatchObject({ ok: true, result: { added: 0 } })
    expect(changed).toBe(1)
  })

  test('leaves a directory to the process that is syncing it', async () => {
    expect(await acquireLease(storage, runtime, 'sync one', 'another', 60_000)).toBe(true)
    const now = { full: false, acceptRemovals: false }
    await expect(scheduler(['one']).syncNow('one', now)).rejects.toMatchObject({
      message: expect.stringContaining('Another process'),
    })
    expect(runs).toEqual([])
  })

  test('has nothing to sync for a backend that is not mirrored', async () => {
    const now = { full: false, acceptRemovals: false }
    await expect(scheduler(['one']).syncNow('other', now)).rejects.toMatchObject({ code: 'configuration' })
  })

  test('forgets the copy of a backend that is no longer configured, and keeps the others', async () => {
    const both = scheduler(['one', 'two'])
    const now = { full: false, acceptRemovals: false }
    await both.syncNow('one', now)
    await both.syncNow('two', now)
    scheduler(['two']).start()
    await expect.poll(() => mirroredSources(storage.db), { timeout: 10_000 }).toEqual(['two'])
    expect(await ownerOf('one')).toBeUndefined()
    expect(await ownerOf('two')).toBe('@two:example.org')
  })

  test('a directory that fails is tried again sooner, but not all the time', () => {
    const state = (failures: number) => ({ finished_at: 1_000_000, failures }) as SyncState
    const every = 300_000
    expect(nextSyncAt(null, every)).toBe(0)
    expect([0, 1, 2, 3, 9].map((failures) => nextSyncAt(state(failures), every) - 1_000_000)).toEqual([
      300_000, 10_000, 20_000, 40_000, 300_000,
    ])
  })
})
