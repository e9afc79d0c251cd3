import { afterEach, beforeEach, expect, test } from 'vitest'
import { BackendFailure } from '../../../src/backends/failure.ts'
import { backendSections, type BackendConfig } from '../../../src/backends/sections.ts'
import { readConflicts } from '../../../src/backends/sync/conflicts.ts'
import { runSync, type SyncOptions, type SyncOutcome } from '../../../src/backends/sync/run-sync.ts'
import { readSyncState } from '../../../src/backends/sync/state.ts'
import { currentMapping } from '../../../src/lookup/mappings.ts'
import { latestChange, readMappingChanges } from '../../../src/storage/mapping-changes.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { createStubDirectory, stubPerson, type StubDirectory } from '../support/stub-directory.ts'

const DAY_MS = 86_400_000
const section = {
  id: 'school',
  type: 'rest',
  url: 'http://127.0.0.1:1',
  endpoints: { list: '/list' },
} as const

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `a sync on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    let directory: StubDirectory
    beforeEach(async () => {
      database = await create()
      storage = await database.open(runtime)
      directory = createStubDirectory()
    })
    afterEach(() => database.dispose())

    const config: BackendConfig = backendSections.parse(section)
    const sync = (changes: Partial<SyncOptions> = {}): Promise<SyncOutcome> =>
      runSync({
        storage,
        runtime,
        backend: directory,
        config,
        domain: 'example.org',
        full: false,
        acceptRemovals: false,
        signal: AbortSignal.timeout(30_000),
        ...changes,
      })
    const ownerOf = async (address: string) => {
      const medium = address.includes('@') ? 'email' : 'msisdn'
      return (await currentMapping(storage.db, { medium, address }, ['school'], 1))?.mxid ?? null
    }
    const changesSince = async (seq: number) =>
      (await readMappingChanges(storage.db, seq, 10_000)).map(({ address }) => address).toSorted()

    test('takes over everybody, and tells followers of each address', async () => {
      directory.people = [stubPerson('anna', 'a@x.example', '491701'), stubPerson('bob', 'b@x.example')]
      const outcome = await sync()
      expect(outcome).toMatchObject({ ok: true, result: { full: true, added: 2, people: 2, addresses: 3 } })
      expect(await ownerOf('a@x.example')).toBe('@anna:example.org')
      expect(await ownerOf('491701')).toBe('@anna:example.org')
      expect(await changesSince(0)).toEqual(['491701', 'a@x.example', 'b@x.example'])
    })

    test('writes nothing the second time when nothing changed', async () => {
      directory.people = Array.from({ length: 250 }, (_, i) => stubPerson(`p${i}`, `p${i}@x.example`))
      await sync()
      const before = await latestChange(storage.db)
      const people = await storage.db.selectFrom('directory_people').selectAll().orderBy('key').execute()
      directory.people = directory.people.toReversed()
      expect(await sync()).toMatchObject({
        ok: true,
        result: { added: 0, changed: 0, removed: 0, people: 250 },
      })
      expect(await latestChange(storage.db)).toBe(before)
      expect(await storage.db.selectFrom('directory_people').selectAll().orderBy('key').execute()).toEqual(
        people,
      )
    })

    test('writes only what changed, and forgets who is gone', async () => {
      directory.people = [
        stubPerson('anna', 'a@x.example'),
        stubPerson('bob', 'b@x.example', 'bob@x.example'),
        stubPerson('carol', 'c@x.example'),
      ]
      await sync()
      const before = await latestChange(storage.db)
      directory.people = [
        stubPerson('anna', 'a@x.example'),
        stubPerson('bob', 'b@x.example', 'bobby@x.example'),
        stubPerson('dora', 'd@x.example'),
      ]
      expect(await sync()).toMatchObject({
        result: { added: 1, changed: 1, removed: 1, people: 3, addresses: 4 },
      })
      expect(await changesSince(before)).toEqual([
        'bob@x.example',
        'bobby@x.example',
        'c@x.example',
        'd@x.example',
      ])
      expect(await ownerOf('c@x.example')).toBeNull()
      expect(await ownerOf('bob@x.example')).toBeNull()
      expect(await ownerOf('bobby@x.example')).toBe('@bob:example.org')
    })

    test('an address that moves to another person is answered with the new one', async () => {
      directory.people = [stubPerson('anna', 'office@x.example'), stubPerson('bob')]
      await sync()
      directory.people = [stubPerson('anna'), stubPerson('bob', 'office@x.example')]
      await sync()
      expect(await ownerOf('office@x.example')).toBe('@bob:example.org')
    })

    test.each([
      [
        'a listing that fails',
        (stub: StubDirectory) => (stub.failure = new BackendFailure('connect', 'Gone.', 'Look.')),
      ],
      ['a listing that does not say that it ended', (stub: StubDirectory) => (stub.ends = false)],
      ['a defect', (stub: StubDirectory) => (stub.failure = new TypeError('oops'))],
    ])('%s changes nothing, and is remembered', async (_what, breakIt) => {
      const everybody = Array.from({ length: 150 }, (_, i) => stubPerson(`p${i}`, `p${i}@x.example`))
      directory.people = everybody
      await sync()
      const before = await latestChange(storage.db)
      directory.people = everybody.map(({ key }) => stubPerson(key, `new-${key}@x.example`))
      breakIt(directory)
      const outcome = await sync()
      expect(outcome).toMatchObject({ ok: false, failure: { fix: expect.stringMatching(/\.$/) } })
      expect(await sync()).toMatchObject({ ok: false })
      expect(await latestChange(storage.db)).toBe(before)
      expect(await ownerOf('p7@x.example')).toBe('@p7:example.org')
      const state = await readSyncState(storage.db, 'school')
      expect(state).toMatchObject({ failures: 2, people: 150, failure: expect.stringContaining('"fix"') })
      directory.failure = null
      directory.ends = true
      expect(await sync()).toMatchObject({ ok: true, result: { changed: 150 } })
      expect(await readSyncState(storage.db, 'school')).toMatchObject({ failures: 0, failure: null })
    })

    test('refuses to forget most people until that is confirmed', async () => {
      const everybody = Array.from({ length: 60 }, (_, i) => stubPerson(`p${i}`, `p${i}@x.example`))
      directory.people = everybody
      await sync()
      directory.people = everybody.slice(0, 25)
      const refused = await sync()
      expect(refused).toMatchObject({ ok: false, failure: { message: expect.stringContaining('35 of 60') } })
      expect(await ownerOf('p59@x.example')).toBe('@p59:example.org')
      expect(await sync({ acceptRemovals: true })).toMatchObject({ ok: true, result: { removed: 35 } })
      expect(await ownerOf('p59@x.example')).toBeNull()
    })

    test('lets most of a few people go, but asks before it forgets everybody', async () => {
      directory.people = [stubPerson('anna', 'a@x.example'), stubPerson('bob'), stubPerson('carol')]
      await sync()
      directory.people = [stubPerson('bob')]
      expect(await sync()).toMatchObject({ ok: true, result: { removed: 2, people: 1, addresses: 0 } })
      directory.people = []
      expect(await sync()).toMatchObject({
        ok: false,
        failure: { message: expect.stringContaining('1 of 1') },
      })
      expect(await sync({ acceptRemovals: true })).toMatchObject({
        ok: true,
        result: { removed: 1, people: 0 },
      })
    })

    test('answers a contested address with the smallest Matrix ID, whoever is listed first, and reports it', async () => {
      const two = [stubPerson('zoe', 'office@x.example'), stubPerson('anna', 'office@x.example')]
      directory.people = two
      expect(await sync()).toMatchObject({ result: { conflicts: 1, addresses: 1 } })
      expect(await ownerOf('office@x.example')).toBe('@anna:example.org')
      expect(await readConflicts(storage.db, 'school', 10)).toEqual([
        {
          type: 'address',
          medium: 'email',
          address: 'office@x.example',
          mxids: ['@anna:example.org', '@zoe:example.org'],
        },
      ])
      directory.people = two.slice(0, 1)
      expect(await sync()).toMatchObject({ result: { conflicts: 0 } })
      expect(await ownerOf('office@x.example')).toBe('@zoe:example.org')
    })

    test('reports a Matrix ID that two entries have', async () => {
      directory.people = [
        stubPerson('anna', 'a@x.example'),
        { ...stubPerson('anna', 'b@x.example'), key: 'other' },
      ]
      expect(await sync()).toMatchObject({ result: { people: 2, addresses: 2, conflicts: 1 } })
      expect(await readConflicts(storage.db, 'school', 10)).toEqual([
        { type: 'user', mxid: '@anna:example.org', keys: ['anna', 'other'] },
      ])
    })

    test('counts what was left out, and keeps why', async () => {
      const rejections = [
        { field: 'email' as const, value: 'no "{"field":" mail', reason: 'is not an e-mail address' },
        { field: 'phone' as const, value: '12', reason: 'is not a phone number' },
      ]
      directory.people = [
        { ...stubPerson('anna', 'a@x.example'), rejections },
        {
          key: 'odd',
          person: null,
          rejections: [{ field: 'user', value: 'ä', reason: 'is not a Matrix ID' }],
          record: null,
        },
      ]
      expect(await sync()).toMatchObject({ result: { people: 2, rejected: 3 } })
      const row = await storage.db
        .selectFrom('directory_people')
        .selectAll()
        .where('key', '=', 'anna')
        .executeTakeFirst()
      expect(JSON.parse(row?.rejections ?? '')).toEqual(rejections)
    })

    test('an entry that comes twice counts once', async () => {
      directory.people = [stubPerson('anna', 'a@x.example'), stubPerson('anna', 'a@x.example')]
      expect(await sync()).toMatchObject({ result: { added: 1, people: 1, addresses: 1 } })
    })

    test('fetches changes only, and forgets who is no longer present', async () => {
      directory.people = ['anna', 'bob', 'carol'].map((name) => stubPerson(name, `${name}@x.example`))
      directory.cursor = '7'
      await sync()
      directory.changes = { people: [stubPerson('bob', 'new@x.example')], present: ['anna', 'bob'] }
      directory.cursor = '9'
      expect(await sync()).toMatchObject({ result: { full: false, added: 0, changed: 1, removed: 1 } })
      expect(await ownerOf('carol@x.example')).toBeNull()
      expect(await ownerOf('anna@x.example')).toBe('@anna:example.org')
      expect(await ownerOf('new@x.example')).toBe('@bob:example.org')
      directory.changes = { people: [], present: ['anna', 'bob'] }
      await sync()
      expect(directory.asked).toEqual([null, '7', '9'])
    })

    test('keeps the cursor when an incremental listing fails', async () => {
      directory.people = [stubPerson('anna', 'a@x.example')]
      directory.cursor = '7'
      await sync()
      directory.changes = { people: [stubPerson('anna', 'b@x.example')], present: ['anna'] }
      directory.cursor = '9'
      directory.failure = new BackendFailure('timeout', 'Slow.', 'Wait.')
      await sync()
      directory.failure = null
      await sync()
      expect(directory.asked).toEqual([null, '7', '7'])
      expect(await ownerOf('b@x.example')).toBe('@anna:example.org')
    })

    test('reads everything again once a day, when told to, and when the settings changed', async () => {
      directory.people = [stubPerson('anna', 'a@x.example')]
      directory.changes = { people: [], present: ['anna'] }
      directory.cursor = '7'
      await sync()
      await sync()
      runtime.clock.advance(DAY_MS)
      await sync()
      await sync({ full: true })
      await sync({ config: backendSections.parse({ ...section, url: 'http://127.0.0.1:2' }) })
      await sync({ config: backendSections.parse({ ...section, url: 'http://127.0.0.1:2', timeout: '9s' }) })
      await sync({ domain: 'other.example' })
      expect(directory.asked).toEqual([null, '7', null, null, null, '7', null])
    })

    test('stops between two writes when it is told to, and the next one completes it', async () => {
      directory.people = Array.from({ length: 1_200 }, (_, i) => stubPerson(`p${i}`, `p${i}@x.example`))
      const stop = new AbortController()
      let writes = 0
      const counting: Storage = {
        ...storage,
        transaction: (work) => {
          if (++writes === 2) stop.abort()
          return storage.transaction(work)
        },
      }
      expect(await sync({ storage: counting, signal: stop.signal })).toMatchObject({ ok: false })
      expect(await sync()).toMatchObject({ ok: true, result: { added: 200, people: 1_200 } })
    })
  })
}
