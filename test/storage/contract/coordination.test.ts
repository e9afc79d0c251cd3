import { afterEach, beforeEach, expect, test } from 'vitest'
import { acquireLease, releaseLease } from '../../../src/storage/leases.ts'
import {
  changesPrunedThrough,
  latestChange,
  noteMappingChange,
  noteMappingChanges,
  pruneMappingChanges,
  readMappingChanges,
} from '../../../src/storage/mapping-changes.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { databases } from '../../support/databases.ts'
import type { TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `leases and mapping changes on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    beforeEach(async () => {
      database = await create()
      storage = await database.open()
    })
    afterEach(() => database.dispose())

    const acquire = (holder: string) => acquireLease(storage, runtime, 'job', holder, 1000)
    const note = (address: string) => storage.transaction((tx) => noteMappingChange(tx, 'email', address))

    test('a lease is refused to a second holder until it expires', async () => {
      expect(await acquire('a')).toBe(true)
      expect(await acquire('b')).toBe(false)
      runtime.clock.advance(999)
      expect(await acquire('b')).toBe(false)
      runtime.clock.advance(1)
      expect(await acquire('b')).toBe(true)
      expect(await acquire('a')).toBe(false)
    })

    test('a lease is prolonged by its holder', async () => {
      await acquire('a')
      runtime.clock.advance(900)
      expect(await acquire('a')).toBe(true)
      runtime.clock.advance(900)
      expect(await acquire('b')).toBe(false)
    })

    test('a lease is free after its holder gave it up, and only the holder can', async () => {
      await acquire('a')
      await releaseLease(storage, 'job', 'b')
      expect(await acquire('b')).toBe(false)
      await releaseLease(storage, 'job', 'a')
      expect(await acquire('b')).toBe(true)
    })

    test('one of many takers at the same time gets the lease', async () => {
      for (let round = 0; round < 5; round++) {
        const holders = Array.from({ length: 8 }, (_, index) => `${round}-${index}`)
        const taken = await Promise.all(holders.map(acquire))
        expect(taken.filter(Boolean)).toHaveLength(1)
        runtime.clock.advance(1000)
      }
    })

    test('changes are read in order from where the reader stopped', async () => {
      expect(await latestChange(storage.db)).toBe(0)
      for (const address of ['a', 'b', 'c']) await note(address)
      const [first] = await readMappingChanges(storage.db, 0, 1)
      expect(first).toMatchObject({ medium: 'email', address: 'a' })
      const rest = await readMappingChanges(storage.db, first?.seq ?? 0, 10)
      expect(rest.map((change) => change.address)).toEqual(['b', 'c'])
      expect(await latestChange(storage.db)).toBe(rest.at(-1)?.seq)
    })

    test('a change of a transaction that failed is never seen', async () => {
      const failing = storage.transaction(async (tx) => {
        await noteMappingChange(tx, 'email', 'a')
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      expect(await readMappingChanges(storage.db, 0, 10)).toEqual([])
    })

    test('many changes fit into one call', async () => {
      const changes = Array.from({ length: 2500 }, (_, index) => ({ medium: 'email', address: `${index}` }))
      await storage.transaction((tx) => noteMappingChanges(tx, changes))
      const read = await readMappingChanges(storage.db, 0, 10_000)
      expect(read.map((change) => change.address)).toEqual(changes.map((change) => change.address))
    })

    test('pruning keeps the newest changes and says what is gone', async () => {
      for (const address of ['a', 'b', 'c', 'd', 'e']) await note(address)
      const all = await readMappingChanges(storage.db, 0, 10)
      expect(await pruneMappingChanges(storage.db, 2)).toBe(3)
      expect(await readMappingChanges(storage.db, 0, 10)).toEqual(all.slice(3))
      expect(await changesPrunedThrough(storage.db)).toBe(all[2]?.seq)
      expect(await pruneMappingChanges(storage.db, 2)).toBe(0)
    })

    test('numbers go on where they were after everything was pruned', async () => {
      await note('a')
      const before = await latestChange(storage.db)
      await pruneMappingChanges(storage.db, 0)
      expect(await latestChange(storage.db)).toBe(before)
      await note('b')
      expect(await latestChange(storage.db)).toBeGreaterThan(before)
    })

    test('a reader who follows concurrent writers misses no change', async () => {
      const writers = 6
      const each = 20
      let isWriting = true
      const write = async (writer: number) => {
        for (let index = 0; index < each; index++) {
          await storage.transaction(async (tx) => {
            await noteMappingChange(tx, 'email', `${writer}/${index}`)
            // The time between INSERT and COMMIT in which a later number could overtake.
            await new Promise((resolve) => setTimeout(resolve, (writer * 7 + index * 3) % 5))
          })
        }
      }
      const follow = async () => {
        const seen: string[] = []
        let seq = 0
        for (;;) {
          const isLast = !isWriting
          const changes = await readMappingChanges(storage.db, seq, 7)
          seen.push(...changes.map((change) => change.address))
          seq = changes.at(-1)?.seq ?? seq
          if (isLast && changes.length === 0) return seen
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      const following = follow()
      await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
      isWriting = false
      const expected = Array.from({ length: writers * each }, (_, n) => `${Math.floor(n / each)}/${n % each}`)
      expect((await following).sort()).toEqual(expected.sort())
    })
  })
}
