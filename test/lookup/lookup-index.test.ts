import { afterEach, beforeEach, expect, test } from 'vitest'
import { findAddress, findHashes } from '../../src/lookup/generation.ts'
import { buildTable } from '../../src/lookup/build.ts'
import { createLookupIndex, type LookupIndex } from '../../src/lookup/lookup-index.ts'
import { newPepper, publishPepper } from '../../src/lookup/peppers.ts'
import type { Publication } from '../../src/lookup/publication.ts'
import { lookupHash } from '../../src/matrix/lookup-hash.ts'
import type { Medium } from '../../src/matrix/threepid.ts'
import { noteMappingChange } from '../../src/storage/mapping-changes.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const DAY_MS = 86_400_000
const everything: Publication = { associations: true, backends: null, domains: null, phones: true }

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the index for strangers on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    let index: LookupIndex
    let published: Publication | null
    /** How often the sources were asked for: once a build, once a page of changes. */
    let reads: number
    beforeEach(async () => {
      database = await create()
      storage = await database.open(runtime)
      published = null
      reads = 0
      index = createLookupIndex({
        storage,
        runtime,
        source: database.options,
        backends: () => {
          reads++
          return ['first', 'second']
        },
        published: () => published,
        rotateEvery: () => 7 * DAY_MS,
        grace: () => 900_000,
        processId: 'one',
      })
      await bind('email', 'bound@a.example', '@bound:x')
      await bind('email', 'bound@b.example', '@bound:x')
      await bind('msisdn', '447700900001', '@phone:x')
      await list('first', 'first@a.example', '@first:x')
      await list('second', 'second@a.example', '@second:x')
      await list('first', 'both@a.example', '@first:x')
      await list('second', 'both@a.example', '@second:x')
      await list('second', 'bound@a.example', '@second:x')
      await index.current()
    })
    afterEach(async () => {
      await index.stop()
      await database.dispose()
    })

    async function bind(medium: Medium, address: string, mxid: string): Promise<void> {
      await storage.transaction(async (tx) => {
        const row = { medium, address, mxid, bound_at: 1, not_before: 1, not_after: Number.MAX_SAFE_INTEGER }
        await tx.insertInto('associations').values(row).execute()
        await noteMappingChange(tx, medium, address)
      })
    }
    async function unbind(address: string): Promise<void> {
      await storage.transaction(async (tx) => {
        await tx.deleteFrom('associations').where('address', '=', address).execute()
        await noteMappingChange(tx, 'email', address)
      })
    }
    const list = (source: string, address: string, mxid: string) =>
      storage.db
        .insertInto('directory_entries')
        .values({ source, medium: 'email', address, person: '', mxid, display_name: null })
        .execute()

    async function forPeers(address: string, medium: Medium = 'email'): Promise<string | null> {
      const generation = await index.forPeers((await index.current()).pepper)
      return generation && findAddress(generation, medium, address)
    }
    async function seen(): Promise<Record<string, string | null>> {
      const emails = ['bound@a', 'bound@b', 'first@a', 'second@a', 'both@a']
      const found = await Promise.all(
        emails.map(async (name) => [name, await forPeers(`${name}.example`)] as const),
      )
      return { ...Object.fromEntries(found), phone: await forPeers('447700900001', 'msisdn') }
    }
    const all = {
      'bound@a': '@bound:x',
      'bound@b': '@bound:x',
      'first@a': '@first:x',
      'second@a': '@second:x',
      'both@a': '@first:x',
      phone: '@phone:x',
    }

    test('is the whole index where nothing is restricted', async () => {
      const before = reads
      expect(await seen()).toEqual(all)
      expect(reads).toBe(before)
    })

    test.each<[string, Partial<Publication>, object]>([
      ['one domain', { domains: new Set(['a.example']) }, { 'bound@b': null }],
      [
        'another domain, whose name is part of others',
        { domains: new Set(['example', '.example', '_.example', '%', 'b.example']), phones: false },
        { 'bound@a': null, 'first@a': null, 'second@a': null, 'both@a': null, phone: null },
      ],
      ['no phone numbers', { phones: false }, { phone: null }],
      [
        'no own associations',
        { associations: false },
        { 'bound@a': '@second:x', 'bound@b': null, phone: null },
      ],
      ['one backend', { backends: ['second'] }, { 'first@a': null, 'both@a': '@second:x' }],
      ['no backend', { backends: [] }, { 'first@a': null, 'second@a': null, 'both@a': null }],
      [
        'nothing',
        { backends: [], associations: false },
        Object.fromEntries(Object.keys(all).map((name) => [name, null])),
      ],
    ])('holds what is published, as if there was nothing else: %s', async (_what, part, hidden) => {
      published = { ...everything, ...part }
      expect(await seen()).toEqual({ ...all, ...hidden })
    })

    test('is the same built in a thread as in place', async () => {
      const publication = { ...everything, associations: false, domains: new Set(['a.example']) }
      const order = {
        ...{ source: database.options, pepper: 'pepper', backends: ['first'] },
        ...{ publication, now: runtime.clock.now() },
      }
      const built = [await buildTable(order, 0), await buildTable(order, 1_000_000)]
      expect(built.map(({ table }) => table.count)).toEqual([2, 2])
    })

    test('follows binds and unbinds, of what is published alone', async () => {
      published = { ...everything, domains: new Set(['a.example']) }
      expect(await forPeers('new@a.example')).toBeNull()
      await bind('email', 'new@a.example', '@new:x')
      await bind('email', 'new@b.example', '@new:x')
      await unbind('bound@a.example')
      await index.catchUp()
      expect(await forPeers('new@a.example')).toBe('@new:x')
      expect(await forPeers('new@b.example')).toBeNull()
      expect(await forPeers('bound@a.example')).toBe('@second:x')
      published = { ...everything, associations: false }
      expect(await forPeers('bound@a.example')).toBe('@second:x')
      await bind('email', 'first@a.example', '@hidden:x')
      await index.catchUp()
      expect(await forPeers('first@a.example')).toBe('@first:x')
    })

    test('says the same as the published mappings do after many changes in any order', async () => {
      published = { ...everything, domains: new Set(['a.example']), backends: ['first'] }
      await forPeers('bound@a.example')
      for (let n = 0; n < 40; n++) {
        await bind('email', `n${n}@${n % 2 === 0 ? 'a' : 'b'}.example`, `@n${n}:x`)
        if (n % 3 === 0) await unbind(`n${n}@${n % 2 === 0 ? 'a' : 'b'}.example`)
      }
      await index.catchUp()
      for (let n = 0; n < 40; n++) {
        const there = n % 2 === 0 && n % 3 !== 0
        expect(await forPeers(`n${n}@a.example`)).toBe(there ? `@n${n}:x` : null)
        expect(await forPeers(`n${n}@b.example`)).toBeNull()
      }
    })

    test('changes with the publication', async () => {
      published = { ...everything, domains: new Set(['a.example']) }
      expect(await forPeers('bound@b.example')).toBeNull()
      published = { ...everything, domains: new Set(['b.example']) }
      expect(await forPeers('bound@b.example')).toBe('@bound:x')
      expect(await forPeers('bound@a.example')).toBeNull()
      published = null
      await index.maintain()
      expect(await forPeers('bound@a.example')).toBe('@bound:x')
    })

    test('answers the former pepper in its grace, adopts those of other processes, and refuses wrong ones', async () => {
      published = { ...everything, phones: false }
      const under = async (pepper: string) => {
        const generation = await index.forPeers(pepper)
        const hash = lookupHash('bound@a.example', 'email', pepper)
        return generation && findHashes(generation, [hash, hash, 'x'])[hash]
      }
      const { pepper: before } = await index.current()
      expect(await under(before)).toBe('@bound:x')
      await index.rotate()
      expect(await under((await index.current()).pepper)).toBe('@bound:x')
      expect(await under(before)).toBe('@bound:x')
      const other = await publishPepper(storage.db, newPepper(runtime), runtime.clock.now())
      expect(await under(other.pepper)).toBe('@bound:x')
      expect((await index.current()).pepper).toBe(other.pepper)
      expect(await under(before)).toBeNull()
      expect(await under('wrong')).toBeNull()
    })

    test('is not built for wrong peppers, nor when nothing is published', async () => {
      published = { ...everything, phones: false }
      const before = reads
      expect(await index.forPeers('wrong')).toBeNull()
      published = { ...everything, associations: false, backends: [] }
      expect(await forPeers('bound@a.example')).toBeNull()
      expect(reads).toBe(before)
    })

    test('counts its memory, not its mappings', async () => {
      const alone = index.stats()
      published = { ...everything, phones: false }
      await forPeers('bound@a.example')
      expect(index.stats()?.mappings).toBe(alone?.mappings)
      expect(index.stats()?.bytes).toBeGreaterThan(alone?.bytes ?? 0)
    })
  })
}
