import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAssociations, type Associations } from '../../src/associations/associations.ts'
import { readMappingChanges } from '../../src/storage/mapping-changes.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const address = { medium: 'email', address: 'a@x.example' } as const

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `associations on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    let associations: Associations
    let events: string[]
    let failing: boolean
    let lookupsAreStuck: boolean
    /** Mapping changes that stand in the transaction when its hook runs. */
    let notedBefore: number[]
    beforeEach(async () => {
      database = await create()
      storage = await database.open(runtime)
      events = []
      failing = false
      lookupsAreStuck = false
      notedBefore = []
      associations = createAssociations(storage, runtime, {
        bound: async (tx, { mxid }, replaced) => {
          notedBefore.push((await readMappingChanges(tx, 0, 10)).length)
          if (failing) throw new Error('the mail could not be queued')
          events.push(`bound ${mxid} replacing ${replaced ?? 'nobody'}`)
        },
        unbound: async (tx, _address, mxid) => {
          notedBefore.push((await readMappingChanges(tx, 0, 10)).length)
          events.push(`unbound ${mxid}`)
        },
        committed: async () => {
          if (lookupsAreStuck) throw new Error('the database went away')
          events.push('committed')
        },
      })
    })
    afterEach(() => database.dispose())

    const owner = async () =>
      (await storage.db.selectFrom('associations').select('mxid').executeTakeFirst())?.mxid ?? null

    test('tell who lost the address, and note every change', async () => {
      await associations.bind(address, '@one:x')
      await associations.bind(address, '@one:x')
      await associations.bind(address, '@two:x')
      expect(events.filter((event) => event !== 'committed')).toEqual([
        'bound @one:x replacing nobody',
        'bound @one:x replacing nobody',
        'bound @two:x replacing @one:x',
      ])
      expect(await owner()).toBe('@two:x')
      expect(await readMappingChanges(storage.db, 0, 10)).toHaveLength(3)
    })

    test('have one loser for every winner when several bind at the same time', async () => {
      const users = Array.from({ length: 8 }, (_, n) => `@user${n}:x`)
      await Promise.all(users.map((mxid) => associations.bind(address, mxid)))
      const replaced = events.flatMap((event) => /replacing (\S+)/.exec(event)?.[1] ?? [])
      expect(new Set(replaced).size).toBe(8)
      expect([...replaced, await owner()].filter((each) => each !== 'nobody').toSorted()).toEqual(users)
    })

    test('are removed for the one who holds them only', async () => {
      await associations.bind(address, '@one:x')
      expect(await associations.unbind(address, '@two:x')).toBe(false)
      expect(await owner()).toBe('@one:x')
      expect(await associations.unbind(address, '@one:x')).toBe(true)
      expect(await associations.unbind(address, '@one:x')).toBe(false)
      expect(events.filter((event) => event.startsWith('unbound'))).toEqual(['unbound @one:x'])
      expect(await owner()).toBeNull()
    })

    test('stay as they were, with no change noted, when what has to follow cannot be queued', async () => {
      await associations.bind(address, '@one:x')
      failing = true
      await expect(associations.bind(address, '@two:x')).rejects.toThrow('could not be queued')
      expect(await owner()).toBe('@one:x')
      expect(await readMappingChanges(storage.db, 0, 10)).toHaveLength(1)
      expect(events).toEqual(['bound @one:x replacing nobody', 'committed'])
    })

    test('note the change last, for on PostgreSQL all others wait from there to the commit', async () => {
      await associations.bind(address, '@one:x')
      await associations.unbind(address, '@one:x')
      expect(notedBefore).toEqual([0, 1])
    })

    test('are answered as changed when the commit succeeded and only what follows it failed', async () => {
      lookupsAreStuck = true
      expect(await associations.bind(address, '@one:x')).toMatchObject({ mxid: '@one:x' })
      expect(await owner()).toBe('@one:x')
      expect(await associations.unbind(address, '@one:x')).toBe(true)
      expect(await owner()).toBeNull()
    })
  })
}
