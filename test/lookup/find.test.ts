import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Requester } from '../../src/backends/backend.ts'
import { BackendFailure } from '../../src/backends/failure.ts'
import { createLookup, LIVE_ADDRESSES, type Lookup } from '../../src/lookup/find.ts'
import { mappingKey } from '../../src/lookup/mappings.ts'
import type { Publication } from '../../src/lookup/publication.ts'
import type { RemoteLookup } from '../../src/lookup/remote.ts'
import type { ThreePid } from '../../src/matrix/threepid.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { stubAsked, type StubAsked } from '../backends/support/stub-asked.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const email = (address: string): ThreePid => ({ medium: 'email', address })

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `a plain lookup on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    let first: StubAsked
    let mirrored: StubAsked
    let last: StubAsked
    let lookup: Lookup
    beforeEach(async () => {
      database = await create()
      storage = await database.open(runtime)
      first = stubAsked('first', { 'a@x': '@first-a:x', 'both@x': '@first:x', 'bound@x': '@first:x' })
      mirrored = stubAsked('mirrored', { 'new@x': '@new:x', 'both@x': '@live:x' })
      last = stubAsked('last', { 'z@x': '@last-z:x', 'both@x': '@last:x', 'two@x': ['@b:x', '@a:x'] })
      const { clock } = runtime
      lookup = createLookup({ storage, clock, backends: [first, mirrored, last], sources: ['mirrored'] })
      await storage.db
        .insertInto('directory_entries')
        .values(
          ['both@x', 'copied@x', 'a@x'].map((address) => ({
            ...{ source: 'mirrored', medium: 'email', address, person: 'p', display_name: null },
            mxid: `@copy-${address.replace('@x', '')}:x`,
          })),
        )
        .execute()
      await storage.db
        .insertInto('associations')
        .values({
          ...{ medium: 'email', address: 'bound@x', mxid: '@bound:x' },
          ...{ bound_at: 1, not_before: 1, not_after: Number.MAX_SAFE_INTEGER },
        })
        .execute()
    })
    afterEach(() => database.dispose())

    const find = async (...addresses: string[]) => {
      const found = await lookup.find(addresses.map(email), null)
      return addresses.map((address) => {
        const mapping = found.get(mappingKey(email(address)))
        return mapping === undefined ? null : `${mapping.source} ${mapping.mxid}`
      })
    }

    test('an own association is the answer, and nobody is asked', async () => {
      expect(await find('bound@x')).toEqual(['association @bound:x'])
      expect([first.asked, mirrored.asked, last.asked]).toEqual([[], [], []])
    })

    test('what a mirror holds is asked only of unmirrored backends before it', async () => {
      expect(await find('copied@x')).toEqual(['mirrored @copy-copied:x'])
      expect([first.asked, mirrored.asked, last.asked]).toEqual([[['copied@x']], [], []])
    })

    test('an unmirrored backend that comes first wins over a mirror', async () => {
      expect(await find('a@x', 'both@x')).toEqual(['first @first-a:x', 'first @first:x'])
    })

    test('an unknown address is asked of everybody in order, until one knows it', async () => {
      expect(await find('new@x', 'z@x', 'nobody@x')).toEqual(['mirrored @new:x', 'last @last-z:x', null])
      expect(first.asked).toEqual([['new@x', 'z@x', 'nobody@x']])
      expect(mirrored.asked).toEqual([['new@x', 'z@x', 'nobody@x']])
      expect(last.asked).toEqual([['z@x', 'nobody@x']])
    })

    test('of two people with one address the smallest Matrix ID is the answer, as in a mirror', async () => {
      expect(await find('two@x')).toEqual(['last @a:x'])
    })

    test('a backend that fails loses nobody else’s answer', async () => {
      first.failure = new BackendFailure('connect', 'Down.', 'Start it.')
      expect(await find('a@x', 'both@x', 'z@x')).toEqual([
        'mirrored @copy-a:x',
        'mirrored @copy-both:x',
        'last @last-z:x',
      ])
    })

    describe('for a peer', () => {
      const peer = { kind: 'peer', userId: null } as const
      const everything = { associations: true, backends: null, domains: null, phones: true }
      let published: Publication | null
      let recursions: string[][]
      beforeEach(() => {
        published = null
        recursions = []
        const remote: RemoteLookup = {
          asksAnybody: true,
          allows: () => true,
          async find(addresses) {
            recursions.push(addresses.map(({ address }) => address))
            return new Map()
          },
          explain: async () => [],
        }
        const backends = [first, mirrored, last]
        const { clock } = runtime
        const sources = ['mirrored']
        lookup = createLookup({ storage, clock, backends, sources, published: () => published, remote })
      })
      const seen = async (...addresses: string[]) => {
        const found = await lookup.find(addresses.map(email), peer)
        return addresses.map((address) => found.get(mappingKey(email(address)))?.mxid ?? null)
      }

      test('other servers are never asked, whatever they allow', async () => {
        expect(await seen('nobody@x')).toEqual([null])
        published = { ...everything, phones: false }
        expect(await seen('nobody@x')).toEqual([null])
        expect(recursions).toEqual([])
        await lookup.find([email('nobody@x')], { kind: 'client', userId: '@alice:x' })
        expect(recursions).toEqual([['nobody@x']])
      })

      test('hidden backends and associations are as if they were not there, and are not asked', async () => {
        published = { ...everything, associations: false, backends: ['last'] }
        expect(await seen('a@x', 'both@x', 'bound@x', 'z@x', 'copied@x')).toEqual([
          null,
          '@last:x',
          null,
          '@last-z:x',
          null,
        ])
        expect([first.asked, mirrored.asked]).toEqual([[], []])
      })

      test('nobody is asked for addresses that are not published', async () => {
        published = { ...everything, domains: new Set(['y']) }
        expect(await seen('a@x', 'bound@x', 'copied@x')).toEqual([null, null, null])
        expect([first.asked, mirrored.asked, last.asked]).toEqual([[], [], []])
      })

      test('a change of what is published counts at once', async () => {
        published = { ...everything, backends: [] }
        expect(await seen('z@x', 'bound@x')).toEqual([null, '@bound:x'])
        published = { ...everything, associations: false }
        expect(await seen('z@x', 'bound@x')).toEqual(['@last-z:x', '@first:x'])
        published = null
        expect(await seen('z@x', 'bound@x')).toEqual(['@last-z:x', '@bound:x'])
      })

      test('a second look within a transaction shows no more than the first', async () => {
        const confirm = (address: string, by: Requester | null) =>
          storage.transaction((tx) => lookup.confirm(tx, email(address), null, by))
        published = { ...everything, associations: false, backends: [] }
        expect(await confirm('bound@x', peer)).toBeNull()
        expect(await confirm('copied@x', peer)).toBeNull()
        expect((await confirm('bound@x', null))?.mxid).toBe('@bound:x')
        published = { ...everything, domains: new Set(['y']) }
        expect(await confirm('copied@x', peer)).toBeNull()
        published = { ...everything, associations: false }
        expect((await confirm('copied@x', peer))?.mxid).toBe('@copy-copied:x')
      })
    })

    test('a slow backend keeps its precedence, while the others are asked already', async () => {
      first.delay = new Promise((resolve) => {
        const poll = setInterval(() => {
          if (last.asked.length === 0) return
          clearInterval(poll)
          resolve(null)
        }, 5)
      })
      first.asked.length = 0
      const slow = stubAsked('slow', { 'z@x': '@slow-z:x' })
      slow.delay = first.delay
      const { clock } = runtime
      lookup = createLookup({ storage, clock, backends: [slow, last], sources: [] })
      expect(await find('z@x')).toEqual(['slow @slow-z:x'])
      expect(last.asked).toEqual([['z@x']])
    })

    test('asks in portions, and no more than a directory should bear', async () => {
      const many = Array.from({ length: LIVE_ADDRESSES + 100 }, (_, i) => `p${i}@x`)
      await find(...many)
      expect(last.asked.map(({ length }) => length)).toEqual(Array(LIVE_ADDRESSES / 100).fill(100))
    })

    test('what was found is confirmed unless somebody bound the address meanwhile', async () => {
      const found = await lookup.findOne(email('z@x'), null)
      const confirm = () => storage.transaction((tx) => lookup.confirm(tx, email('z@x'), found))
      expect((await confirm())?.mxid).toBe('@last-z:x')
      await storage.db
        .insertInto('associations')
        .values({
          ...{ medium: 'email', address: 'z@x', mxid: '@binder:x' },
          ...{ bound_at: 1, not_before: 1, not_after: Number.MAX_SAFE_INTEGER },
        })
        .execute()
      expect((await confirm())?.mxid).toBe('@binder:x')
    })

    test('an answer from storage that is gone meanwhile is confirmed as gone', async () => {
      const found = await lookup.findOne(email('bound@x'), null)
      await storage.db.deleteFrom('associations').execute()
      expect(await storage.transaction((tx) => lookup.confirm(tx, email('bound@x'), found))).toBeNull()
    })
  })
}
