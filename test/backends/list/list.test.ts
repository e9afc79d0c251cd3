import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exportCsv } from '../../../src/backends/list/export-csv.ts'
import {
  countEntries,
  exportEntries,
  importEntries,
  previewImport,
  putEntry,
  removeEntries,
} from '../../../src/backends/list/list.ts'
import { readTable, type ListEntry } from '../../../src/backends/list/rows.ts'
import { currentMapping } from '../../../src/lookup/mappings.ts'
import { latestChange, readMappingChanges } from '../../../src/storage/mapping-changes.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

const entry = (name: string, changes: Partial<ListEntry> = {}): ListEntry => ({
  medium: 'email',
  address: `${name}@example.org`,
  mxid: `@${name}:example.org`,
  displayName: null,
  ...changes,
})

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the list on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    beforeEach(async () => {
      database = await create()
      storage = await database.open()
    })
    afterEach(() => database.dispose())

    const bring = (entries: readonly ListEntry[], mode: 'add' | 'replace' = 'add') =>
      importEntries(storage, runtime, 'list', entries, mode)
    const mxidOf = async (address: string) =>
      (await currentMapping(storage.db, { medium: 'email', address }, ['list'], runtime.clock.now()))?.mxid
    const all = async () => {
      const entries: ListEntry[] = []
      for await (const each of exportEntries(storage, 'list')) entries.push(each)
      return entries
    }
    const csv = async () => {
      const lines: string[] = []
      for await (const line of exportCsv(exportEntries(storage, 'list'))) lines.push(line)
      return lines.join('\n')
    }
    async function changesDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
      const before = await latestChange(storage.db)
      await work()
      return (await readMappingChanges(storage.db, before, 1_000)).map(({ address }) => address).sort()
    }

    test('answers lookups with what was imported', async () => {
      expect(await bring([entry('anna'), entry('bob')])).toEqual({
        added: 2,
        changed: 0,
        removed: 0,
        unchanged: 0,
      })
      expect(await mxidOf('anna@example.org')).toBe('@anna:example.org')
      expect(await countEntries(storage, 'list')).toEqual({ people: 2, addresses: 2 })
    })

    test('counts what an import changes, and says so in the change sequence only for other Matrix IDs', async () => {
      await bring([entry('same'), entry('moved'), entry('renamed', { displayName: 'Old' }), entry('kept')])
      const next = [
        entry('same'),
        entry('moved', { mxid: '@other:example.org' }),
        entry('renamed', { displayName: 'New' }),
        entry('fresh'),
      ]
      const changes = await changesDuring(async () => {
        expect(await bring(next)).toEqual({ added: 1, changed: 2, removed: 0, unchanged: 1 })
      })
      expect(changes).toEqual(['fresh@example.org', 'moved@example.org'])
      expect(await mxidOf('moved@example.org')).toBe('@other:example.org')
      expect(await mxidOf('kept@example.org')).toBe('@kept:example.org')
    })

    test('removes what a replacing import does not name, of its own backend only', async () => {
      await bring([entry('anna'), entry('bob'), entry('gone', { medium: 'msisdn', address: '491701234567' })])
      await importEntries(storage, runtime, 'other', [entry('gone')], 'add')
      const changes = await changesDuring(async () => {
        expect(await bring([entry('anna')], 'replace')).toEqual({
          added: 0,
          changed: 0,
          removed: 2,
          unchanged: 1,
        })
      })
      expect(changes).toEqual(['491701234567', 'bob@example.org'])
      expect(await all()).toEqual([entry('anna')])
      expect(await countEntries(storage, 'other')).toEqual({ people: 1, addresses: 1 })
    })

    test('puts one row in the place of another, and never over a third', async () => {
      await bring([entry('anna', { displayName: 'Anna' }), entry('bob')])
      const changes = await changesDuring(async () => {
        expect(await putEntry(storage, 'list', entry('new'), entry('anna'))).toBe('stored')
        expect(await putEntry(storage, 'list', entry('bob', { mxid: '@x:example.org' }), null)).toBe('taken')
        expect(await putEntry(storage, 'list', entry('bob'), entry('new'))).toBe('taken')
        expect(await putEntry(storage, 'list', entry('bob', { displayName: 'Bob' }), entry('bob'))).toBe(
          'stored',
        )
      })
      expect(changes).toEqual(expect.arrayContaining(['anna@example.org', 'new@example.org']))
      expect(await all()).toEqual([entry('bob', { displayName: 'Bob' }), entry('new')])
    })

    test('keeps known names when names are missing in what is added, but not when it is replaced', async () => {
      await bring([entry('anna', { displayName: 'Anna' })])
      expect(await bring([entry('anna')])).toMatchObject({ unchanged: 1 })
      expect(await bring([entry('anna')], 'replace')).toMatchObject({ changed: 1 })
      expect(await all()).toEqual([entry('anna')])
    })

    test('takes the first of two entries with one address', async () => {
      expect(await bring([entry('anna'), entry('anna', { mxid: '@bob:example.org' })])).toMatchObject({
        added: 1,
      })
      expect(await mxidOf('anna@example.org')).toBe('@anna:example.org')
    })

    test('previews without storing', async () => {
      await bring([entry('anna')])
      const preview = await previewImport(storage, 'list', [entry('bob')], 'replace')
      expect(preview).toEqual({ added: 1, changed: 0, removed: 1, unchanged: 0 })
      expect(await all()).toEqual([entry('anna')])
    })

    test('stores all of an import or nothing', async () => {
      const many = Array.from({ length: 2_500 }, (_, n) => entry(`user-${n}`))
      const broken = { ...entry('broken'), mxid: null as unknown as string }
      await expect(bring([...many, broken])).rejects.toThrow()
      expect(await countEntries(storage, 'list')).toEqual({ people: 0, addresses: 0 })
      expect(await latestChange(storage.db)).toBe(0)
    })

    test('removes entries that are there, and says how many', async () => {
      await bring([entry('anna'), entry('bob')])
      const changes = await changesDuring(async () => {
        expect(await removeEntries(storage, 'list', [entry('anna'), entry('nobody')])).toBe(1)
      })
      expect(changes).toEqual(['anna@example.org'])
      expect(await mxidOf('anna@example.org')).toBeUndefined()
    })

    test('takes 100,000 entries at once, and gives them all back', { timeout: 60_000 }, async () => {
      const many = Array.from({ length: 100_000 }, (_, n) => entry(`user-${n}`, { displayName: `User ${n}` }))
      expect(await bring(many)).toMatchObject({ added: 100_000 })
      expect(await bring(many, 'replace')).toMatchObject({ unchanged: 100_000 })
      expect((await all()).length).toBe(100_000)
      expect(await bring(many.slice(0, 1), 'replace')).toMatchObject({ removed: 99_999 })
    })

    test('reads its own export back as unchanged, whatever is in it', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyEntry, { minLength: 1, maxLength: 20 }), async (entries) => {
          await bring(entries, 'replace')
          const table = readTable(await csv(), { domain: 'example.org' })
          expect(table.problems).toEqual([])
          expect(await bring(table.entries, 'replace')).toEqual({
            added: 0,
            changed: 0,
            removed: 0,
            unchanged: table.entries.length,
          })
        }),
        { numRuns: 60 },
      )
    })
  })
}

const localpart = fc.stringMatching(/^[a-z0-9._=+/-]{1,20}$/)
const anyEmail = fc
  .stringMatching(/^[=+@'a-z0-9$%*()é-]{1,20}$/)
  .map((local) => `${local.replaceAll('@', 'x')}@example.org`)
/** Mobile numbers, and what no metadata knows. */
const anyPhone = fc.oneof(
  fc.integer({ min: 1_000_000, max: 9_999_999 }).map((n) => `49170${n}`),
  fc.stringMatching(/^[1-9][0-9]{7,14}$/),
)
const anyName = fc
  .oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[=+@'"-]{1,3}[;,"\t a-z]*$/))
  .map((name) => name.replaceAll('\0', '').replaceAll(/\s+/g, ' ').trim())
  .map((name) => (name === '' ? null : name))
const person = fc.record({
  mxid: localpart.map((local) => `@${local}:example.org`),
  displayName: fc.option(anyName),
})
const anyEntry: fc.Arbitrary<ListEntry> = fc.oneof(
  fc.tuple(person, anyEmail).map(([who, address]) => ({ ...who, medium: 'email' as const, address })),
  fc.tuple(person, anyPhone).map(([who, address]) => ({ ...who, medium: 'msisdn' as const, address })),
)
